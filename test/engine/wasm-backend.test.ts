import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openWasmBackend } from '../../src/engine/wasm-backend.js';

it('the wasm backend starts without the network, wherever the process stands', async () => {
  globalThis.fetch = () => Promise.reject(new Error('the network was asked'));
  process.chdir('/');
  const tf = await openWasmBackend();
  assert.equal(tf.getBackend(), 'wasm');
  assert.equal(tf.env().get('WASM_HAS_SIMD_SUPPORT'), true);
});
