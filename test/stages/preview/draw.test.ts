import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from 'fast-png';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { CtVolume, LungLabels } from '../../../src/imaging/space/volume.js';
import { STORAGE_ORDERS } from '../../../src/imaging/space/storage-order.js';
import { restored } from '../../imaging/space/plain-reorient.js';
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

/** Boxes whose middles are whole voxels whichever end they are counted from, and bone to one side of each cut. */
function unlikeSides(): { ct: CtVolume; lungs: LungLabels } {
  const size = [41, 29, 21] as const;
  const voxels = new Int16Array(new SharedArrayBuffer(2 * 41 * 29 * 21)).fill(40);
  const labels = new Uint8Array(new SharedArrayBuffer(41 * 29 * 21));
  const at = (x: number, y: number, z: number) => x + 41 * (y + 29 * z);
  for (let z = 4; z <= 16; z++)
    for (let y = 4; y <= 24; y++)
      for (const x of [...Array(9).keys()].flatMap((i) => [4 + i, 28 + i])) {
        voxels[at(x, y, z)] = -850;
        labels[at(x, y, z)] = x <= 12 ? 1 : 2;
      }
  for (const place of [at(10, 8, 10), at(10, 14, 14), at(8, 8, 14)]) voxels[place] = 1000;
  const grid = { ...geometry, size };
  return { ct: { voxels, geometry: grid }, lungs: { voxels: labels, geometry: grid } };
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
    assert.deepEqual(at(40, 2), [236, 236, 236], 'soft tissue is bright in the lung window');
  });

  it('names the sides: R and L on the axial and coronal cuts, A and P on the sagittal', () => {
    const { ct, lungs } = boxes();
    const { at } = coloursOf(drawPreview(ct, lungs));
    // The corner of each letter, 10 x 14 pixels: the stem's top, the bowl's (R, P), the foot (L).
    const letter = (left: number) => {
      const white = (x: number, y: number) => at(left + 3 + x, 3 + y)[0] === 255;
      return [white(0, 0), white(4, 0), white(4, 6), white(4, 12)].map(Number).join('');
    };
    const [R, L, A, P] = ['1110', '1001', '0110', '1110'];
    assert.deepEqual([0, 64, 88, 152, 176, 220].map(letter), [R, L, R, L, A, P]);
  });

  it('shows the same view of every storage order', () => {
    const { ct, lungs } = unlikeSides();
    const view = drawPreview(ct, lungs);
    for (const order of STORAGE_ORDERS)
      assert.deepEqual(drawPreview(restored(ct, order), restored(lungs, order)), view, order);
  });

  it('draws patches along the axes of the grid, where they are cut', () => {
    const { ct, lungs } = boxes();
    const landmarksLps = Float64Array.of(30, 40, 30);
    // From the corner at (30, 40) to the left and the back in LPS, to the right and the front in RAS.
    for (const [order, x, y] of [
      ['LPS', [30, 62], [40, 59]],
      ['RAS', [0, 31], [9, 41]],
    ] as const) {
      const [turned, labels] = [restored(ct, order), restored(lungs, order)];
      const [without, drawn] = [drawPreview(turned, labels), drawPreview(turned, labels, landmarksLps)].map(
        coloursOf,
      );
      const changed = { x: [] as number[], y: [] as number[] };
      for (let j = 0; j < 60; j++)
        for (let i = 0; i < 80; i++) {
          if (String(without.at(i, j)) === String(drawn.at(i, j))) continue;
          changed.x.push(i);
          changed.y.push(j);
        }
      const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)];
      assert.deepEqual([ends(changed.x), ends(changed.y)], [x, y], order);
    }
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
