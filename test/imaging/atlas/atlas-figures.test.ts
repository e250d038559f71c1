import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atlasFigures } from '../../../src/imaging/atlas/atlas-figures.js';
import type { Atlas } from '../../../src/imaging/atlas/atlas.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';

const plain: Geometry = {
  size: [100, 60, 50],
  spacing: [1, 1, 1],
  origin: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/** Two boxes of 10 x 10 x 10 voxels: the right lung low in x, the left one high. */
function boxes(geometry: Partial<Geometry> = {}, from = 20): Atlas {
  const grid = { ...plain, ...geometry };
  const [nx, ny, nz] = grid.size;
  const voxels = new Uint8Array(new SharedArrayBuffer(nx * ny * nz));
  for (const [label, x0] of [
    [1, from],
    [2, 70],
  ] as const)
    for (let z = 10; z < 20; z++)
      for (let y = 10; y < 20; y++) for (let x = x0; x < x0 + 10; x++) voxels[x + nx * (y + ny * z)] = label;
  const corners = [0, 0, 0, 26, 0, 0, 26, 26, 0];
  const cornersXyz = new Int32Array(new SharedArrayBuffer(4 * corners.length));
  cornersXyz.set(corners);
  return { lungs: { voxels, geometry: grid }, cornersXyz, count: 3 };
}

describe('figures of an atlas', () => {
  it('are voxels, litres, edges and axes', () => {
    const { right, left, facesReached, sidesSwapped, edges, axes, obliqueDegrees } = atlasFigures(boxes());
    assert.deepEqual(right, { voxels: 1000, litres: 0.001 });
    assert.deepEqual(left, right);
    assert.deepEqual(facesReached, []);
    assert.equal(sidesSwapped, false);
    assert.equal(edges, 2, 'face neighbours at 26 voxels share 6/32; the diagonal shares (6/32)^2');
    assert.deepEqual(axes, ['left', 'posterior', 'superior']);
    assert.equal(obliqueDegrees, 0);
  });

  it('count edges in millimetres: a patch of a scan has 32 of them', () => {
    assert.equal(atlasFigures(boxes({ spacing: [2, 2, 2] })).edges, 0);
    assert.equal(atlasFigures(boxes({ spacing: [0.5, 0.5, 0.5] })).edges, 3);
    assert.equal(atlasFigures(boxes({ spacing: [2, 0.5, 1] })).right.litres, 0.001);
  });

  it('see lungs at the border, on the wrong sides, and axes that run otherwise', () => {
    assert.deepEqual(atlasFigures(boxes({}, 0)).facesReached, ['first x']);
    assert.deepEqual(atlasFigures(boxes({ size: [80, 20, 20] })).facesReached, [
      'last x',
      'last y',
      'last z',
    ]);
    const mirrored = atlasFigures(boxes({ direction: [-1, 0, 0, 0, 1, 0, 0, 0, 1] }));
    assert.equal(mirrored.sidesSwapped, true);
    assert.deepEqual(mirrored.axes, ['right', 'posterior', 'superior']);
    const permuted = atlasFigures(boxes({ direction: [0, 0, 1, 1, 0, 0, 0, -1, 0] }));
    assert.deepEqual(permuted.axes, ['posterior', 'inferior', 'left']);
    const [c, s] = [Math.cos(Math.PI / 12), Math.sin(Math.PI / 12)];
    const turned = atlasFigures(boxes({ direction: [c, -s, 0, s, c, 0, 0, 0, 1] }));
    assert.ok(Math.abs(turned.obliqueDegrees - 15) < 1e-9);
    assert.deepEqual(turned.axes, ['left', 'posterior', 'superior']);
  });
});
