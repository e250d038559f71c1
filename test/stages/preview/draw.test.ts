import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from 'fast-png';
import type { Geometry } from '../../../src/imaging/geometry.js';
import type { CtVolume, LungLabels } from '../../../src/imaging/volume.js';
import { drawPreview } from '../../../stages/preview/draw.worker.js';

const geometry: Geometry = {
  size: [40, 30, 20],
  spacing: [2, 2, 4],
  origin: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/** Soft tissue with a box of lung on each side: right at low x (the patient's right in LPS), left at high x. */
function boxes(): { ct: CtVolume; lungs: LungLabels } {
  const [nx, ny, nz] = geometry.size;
  const voxels = new Int16Array(new SharedArrayBuffer(2 * nx * ny * nz)).fill(40);
  const labels = new Uint8Array(new SharedArrayBuffer(nx * ny * nz));
  for (let z = 4; z < 16; z++)
    for (let y = 6; y < 24; y++)
      for (let x = 4; x < 36; x++) {
        if (x >= 16 && x < 24) continue;
        voxels[x + nx * (y + ny * z)] = -850;
        labels[x + nx * (y + ny * z)] = x < 16 ? 1 : 2;
      }
  return { ct: { voxels, geometry }, lungs: { voxels: labels, geometry } };
}

function coloursOf(png: Uint8Array) {
  const { data, width, height } = decode(png);
  const at = (x: number, y: number) => [...data.subarray(3 * (x + width * y), 3 * (x + width * y) + 3)];
  return { width, height, at };
}

describe('preview', () => {
  it('shows three cuts side by side, a pixel a millimetre', () => {
    const { ct, lungs } = boxes();
    const { width, height } = coloursOf(drawPreview(ct, lungs));
    assert.deepEqual([width, height], [80 + 8 + 80 + 8 + 60, 80]);
  });

  it('outlines the right lung in blue and the left in orange, and leaves the inside to the CT', () => {
    const { ct, lungs } = boxes();
    const { at } = coloursOf(drawPreview(ct, lungs));
    assert.deepEqual(at(8, 30), [80, 180, 255], 'right lung, its outer wall');
    assert.deepEqual(at(71, 30), [255, 170, 60], 'left lung, its outer wall');
    const [r, g, b] = at(20, 30);
    assert.ok(r === g && g === b && r > 0 && r < 120, 'lung is dark grey inside');
    assert.deepEqual(at(2, 2), [236, 236, 236], 'soft tissue is bright in the lung window');
  });

  it('draws the patches that the cut crosses', () => {
    const { ct, lungs } = boxes();
    const landmarksLps = Float64Array.of(20, 20, 30, 20, 20, 60); // the axial cut is at 38 mm: only the first crosses it
    const [without, withPatches] = [drawPreview(ct, lungs), drawPreview(ct, lungs, landmarksLps)].map(
      coloursOf,
    );
    const changed = new Set<number>();
    for (let y = 0; y < 60; y++)
      for (let x = 0; x < 80; x++)
        if (String(without.at(x, y)) !== String(withPatches.at(x, y))) changed.add(x).add(1000 + y);
    assert.ok(
      changed.has(20) && changed.has(52) && changed.has(1020) && changed.has(1052),
      'its box, 32 mm wide',
    );
    assert.equal(Math.min(...changed), 20);
  });
});
