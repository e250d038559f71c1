import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encoderKernels } from '../../src/engine/wasm/kernels.js';
import { KernelMemory } from './kernel-memory.js';

it('the network’s input is (HU + 1024) / 632 - 1, last voxel first, in rows with a voxel after each', () => {
  const at = new KernelMemory();
  const hu = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
  const [source, target] = [at.reserve(hu.length / 2), at.put(new Float32Array(2048 * 33).fill(7))];
  new Int16Array(at.memory.buffer, source, hu.length).set(hu);
  encoderKernels(at.memory).networkInput(source, target, 2048, 32);
  const expected = Array.from(hu, (v) => Math.fround((v + 1024) / 632 - 1)).reverse();
  const rows = Array.from({ length: 2048 }, (_, row) => [...expected.slice(row * 32, (row + 1) * 32), 7]);
  const found = at.floats(target, 2048 * 33);
  rows.flat().forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) <= 2 ** -24 * Math.abs(value) + 2 ** -53 * 100, `voxel ${i}`);
  });
});
