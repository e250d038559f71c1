import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { indexToPoint } from '../../../src/imaging/space/geometry.js';
import { labelSchemes } from '../../../src/imaging/labels/label-schemes.js';
import { maskLabels, sideOf, type MaskLabel } from '../../../stages/segment/mask-label.js';
import { readByScheme } from '../../../stages/segment/read-labels.js';
import { tissueMiddleX } from '../../../src/imaging/segmentation/tissue-middle.js';

const grid = (direction: Geometry['direction']): Geometry => ({
  size: [7, 6, 5],
  spacing: [2, 3, 4],
  origin: [5, -3, 1],
  direction,
});
const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
const grids: Record<string, Geometry> = {
  LPS: grid([1, 0, 0, 0, 1, 0, 0, 0, 1]),
  RAS: grid([-1, 0, 0, 0, -1, 0, 0, 0, 1]),
  'x along the body': grid([0, -0, 1, 0, 1, 0, 1, 0, 0]),
  'x backwards': grid([0, -1, 0, 1, 0, 0, 0, 0, 1]),
  oblique: grid([c, -s, 0, s, c, 0, 0, 0, 1]),
  'oblique, mirrored': grid([-c, s, 0, s, c, 0, 0, 0, 1]),
};

describe('the labels of a mask', () => {
  for (const [name, geometry] of Object.entries(grids)) {
    it(`are measured voxel by voxel: ${name}`, () => {
      const [nx, ny, nz] = geometry.size;
      const voxels = Uint8Array.from(
        { length: nx * ny * nz },
        (_, i) => [0, 1, 1, 3, 3, 3, 200][(i * i) % 7],
      );
      const middleX = indexToPoint(geometry, [3.2, 2.4, 1.7])[0];
      const plain = new Map<number, { ml: number; rightMl: number }>();
      voxels.forEach((value, i) => {
        const index = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / nx / ny)] as const;
        const label = plain.get(value) ?? { ml: 0, rightMl: 0 };
        label.ml += 0.024;
        if (indexToPoint(geometry, index)[0] < middleX) label.rightMl += 0.024;
        plain.set(value, label);
      });
      plain.delete(0);
      const labels = maskLabels(voxels, geometry, middleX);
      assert.equal(labels.length, plain.size);
      for (const { value, ml, rightMl } of labels) {
        assert.ok(Math.abs(ml - plain.get(value)!.ml) < 1e-9);
        assert.ok(Math.abs(rightMl - plain.get(value)!.rightMl) < 1e-9, `${value}: ${rightMl}`);
      }
    });

    it(`are held against the middle of the tissue: ${name}`, () => {
      const [nx, ny, nz] = geometry.size;
      const hu = new Int16Array(new SharedArrayBuffer(2 * nx * ny * nz)).fill(-1000);
      hu[2 + nx * (2 + ny * 2)] = 40;
      const one = { voxels: hu, geometry: { ...geometry, spacing: [4, 4, 4] as const } };
      assert.ok(Math.abs(tissueMiddleX(one) - indexToPoint(one.geometry, [2, 2, 2])[0]) < 1e-9);
      const air = { ...one, voxels: new Int16Array(new SharedArrayBuffer(hu.byteLength)).fill(-1000) };
      assert.ok(Math.abs(tissueMiddleX(air) - indexToPoint(one.geometry, [3, 2.5, 2])[0]) < 1e-9);
    });
  }

  it('lie on a side that holds six tenths of them', () => {
    assert.equal(sideOf({ ml: 10, rightMl: 6 }), 'right');
    assert.equal(sideOf({ ml: 10, rightMl: 5.9 }), 'both sides');
    assert.equal(sideOf({ ml: 10, rightMl: 4.1 }), 'both sides');
    assert.equal(sideOf({ ml: 10, rightMl: 4 }), 'left');
  });
});

/** Volumes in ml: on the right, on the left. */
const labelled = (volumes: Record<number, readonly [number, number]>): MaskLabel[] =>
  Object.entries(volumes)
    .map(([value, [right, left]]) => ({ value: Number(value), ml: right + left, rightMl: right }))
    .sort((a, b) => b.ml - a.ml);
const reading = (volumes: Record<number, readonly [number, number]>) => {
  const { right, left, notes } = readByScheme(labelled(volumes));
  return { right, left, notes: notes.length };
};

describe('schemes told by the sides of the body', () => {
  it('are all told from one another', () => {
    for (const scheme of labelSchemes) {
      const volumes = Object.fromEntries<readonly [number, number]>([
        ...scheme.right.map((value) => [value, [500, 10]] as const),
        ...scheme.left.map((value) => [value, [10, 400]] as const),
      ]);
      const { right, left } = readByScheme(labelled(volumes));
      assert.deepEqual([right, left], [scheme.right, scheme.left], scheme.name);
    }
  });

  it('a third value is a stray below 1 % of the lungs, and no more', () => {
    assert.deepEqual(reading({ 1: [2000, 0], 2: [0, 2000], 3: [39, 0] }), {
      right: [1],
      left: [2],
      notes: 1,
    });
    assert.throws(() => reading({ 1: [2000, 0], 2: [0, 2000], 3: [41, 0] }), { code: 'mask-labels' });
    assert.deepEqual(reading({ 1: [0, 2000], 2: [2000, 0], 3: [200, 200] }), {
      right: [2],
      left: [1],
      notes: 2,
    });
  });

  it('unequal lungs, and one that reaches over the middle', () => {
    assert.deepEqual(reading({ 1: [3000, 0], 2: [0, 100] }), { right: [1], left: [2], notes: 0 });
    assert.deepEqual(reading({ 1: [3000, 0], 2: [0, 5] }), { right: [1], left: [2], notes: 0 });
    assert.deepEqual(reading({ 1: [2000, 1200], 2: [0, 100] }), { right: [1], left: [2], notes: 0 });
  });

  it('a lobe may be missing, or a speck', () => {
    assert.deepEqual(reading({ 2: [0, 900], 3: [500, 0], 5: [700, 0] }), {
      right: [3, 4, 5],
      left: [1, 2],
      notes: 0,
    });
    assert.deepEqual(reading({ 1: [1, 0], 2: [0, 900], 3: [500, 0], 5: [700, 0] }).left, [1, 2]);
  });

  it('specks of another scheme in the lungs of one are but strays', () => {
    assert.deepEqual(reading({ 1: [2000, 0], 2: [0, 2000], 10: [0, 1], 12: [1, 0] }), {
      right: [1],
      left: [2],
      notes: 1,
    });
  });

  for (const [name, volumes] of Object.entries<Record<number, readonly [number, number]>>({
    'a spleen, kidneys and a liver': { 1: [0, 250], 2: [150, 0], 3: [0, 150], 5: [1400, 200] },
    'lobes in another order': { 1: [800, 0], 2: [400, 0], 3: [900, 0], 4: [0, 900], 5: [0, 900] },
    'a trachea as large as a lobe': { 3: [0, 2000], 4: [2000, 0], 5: [200, 200] },
    'both lungs in one label': { 1: [2000, 2000] },
    'both lungs in one label, and a speck': { 1: [2000, 2000], 2: [0, 1] },
    fractions: { 0.5: [100, 100], 1: [2000, 0], 2: [0, 2000] },
    'TotalSegmentator on the wrong sides': { 10: [900, 0], 11: [900, 0], 12: [0, 700], 14: [0, 700] },
    'organs of TotalSegmentator with specks of lung': { 5: [1400, 100], 10: [0, 5], 12: [5, 0] },
  })) {
    it(`are not told: ${name}`, () => {
      assert.throws(() => reading(volumes), { name: 'LungflowError', kind: 'input', code: 'mask-labels' });
    });
  }
});
