import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import type { LungflowError } from '../../../src/core/errors.js';
import { pointToIndex, type Geometry, type PointLps } from '../../../src/imaging/space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../../src/imaging/space/volume.js';
import { doubts } from '../../../stages/segment/plausible.js';
import { dice } from './dice.js';
import { reorient } from '../space/plain-reorient.js';
import { search } from './search.js';
import { places, syntheticChest, type Chest } from './synthetic-chest.js';

describe('lungs of a synthetic chest', () => {
  let chest: Chest;
  let found: ReturnType<typeof search>;
  before(() => {
    chest = syntheticChest({ spacing: [1.3, 1.3, 2.5] });
    found = search(chest.ct);
  });

  it('match the truth although the lungs touch in front and behind', () => {
    for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
      const overlap = dice(found.lungs.voxels, chest.truth.voxels, side);
      assert.ok(overlap >= 0.97, `label ${side}: ${overlap}`);
    }
  });

  it('are parted along the membrane, not through the lung', () => {
    const swapped = chest.truth.voxels.reduce((n, t, i) => n + (t * found.lungs.voxels[i] === 2 ? 1 : 0), 0);
    const all = chest.truth.voxels.reduce((n, t) => n + (t > 0 ? 1 : 0), 0);
    assert.ok(swapped / all < 0.002, `${swapped} of ${all} voxels on the wrong side`);
  });

  it('hold vessels and the nodule at the wall, but no airway, bowel gas or table', () => {
    assert.ok(found.airwayFound);
    assert.equal(labelAt(found.lungs, places.vessel), LEFT_LUNG);
    assert.equal(labelAt(found.lungs, places.wallNodule), RIGHT_LUNG);
    for (const place of [places.trachea, places.bowelGas, places.foam]) {
      assert.equal(labelAt(found.lungs, place), 0, place.join());
    }
  });

  it('are found, joined by no airway, when the trachea is not to be seen', () => {
    const { ct, truth } = syntheticChest({ spacing: [2.5, 2.5, 2.5], airway: false });
    const { lungs, airwayFound } = search(ct);
    assert.equal(airwayFound, false);
    for (const side of [RIGHT_LUNG, LEFT_LUNG]) assert.ok(dice(lungs.voxels, truth.voxels, side) >= 0.97);
  });

  it('are the same voxels however the scan is stored', () => {
    const sides = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    const flips = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(sides, flips, (order, flipped) => {
        const { lungs } = search(reorient(chest.ct, order, flipped));
        assert.deepEqual(lungs.voxels, reorient(found.lungs, order, flipped).voxels);
      }),
      { numRuns: 5, seed: 7 },
    );
  });

  it('are found, and told to be cut off, when the field of view ends inside them', () => {
    const { size, origin } = chest.ct.geometry;
    const [first, width] = [24, size[0] - 48];
    const cut = new Int16Array(new SharedArrayBuffer(2 * width * size[1] * size[2]));
    for (let row = 0; row < size[1] * size[2]; row++) {
      const from = row * size[0] + first;
      cut.set(chest.ct.voxels.subarray(from, from + width), row * width);
    }
    const geometry: Geometry = {
      ...chest.ct.geometry,
      size: [width, size[1], size[2]],
      origin: [origin[0] + first * 1.3, origin[1], origin[2]],
    };
    const ct = { voxels: cut, geometry };
    const measures = search(ct).measures();
    const whole = found.measures();
    for (const side of ['right', 'left'] as const) {
      assert.ok(measures[side].ml > 0.9 * whole[side].ml && measures[side].ml < whole[side].ml);
    }
    const sides = doubts(measures).filter((doubt) => doubt.includes('cut off at the side'));
    assert.equal(sides.length, 2);
  });

  it('keep their sides on an oblique grid', () => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const direction = [c, -s, 0, s, c, 0, 0, 0, 1] as const;
    const { lungs } = search({ ...chest.ct, geometry: { ...chest.ct.geometry, direction } });
    assert.deepEqual(lungs.voxels, found.lungs.voxels);
  });
});

describe('lungs of phantoms', () => {
  for (const [index, spacing] of [
    [0, 2],
    [1, [1.5, 5]],
    [2, 3],
  ] as const) {
    it(`match the truth: subject ${index}, ${String(spacing)} mm`, () => {
      const { ct, lungs: truth } = phantomVolume(index, 11, spacing);
      const { lungs, airwayFound } = search(ct);
      assert.ok(airwayFound);
      for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
        const overlap = dice(lungs.voxels, truth.voxels, side);
        assert.ok(overlap >= 0.97, `label ${side}: ${overlap}`);
      }
    });
  }
});

describe('scans without a pair of lungs', () => {
  const spacing = [3, 3, 3] as const;
  const table: Record<string, [ct: () => CtVolume, code: string, says?: RegExp]> = {
    'all zero': [() => filled([40, 40, 40], () => 0), 'ct-constant', /same value, 0/],
    'all air': [() => filled([40, 40, 40], () => -1000), 'ct-constant'],
    'all lung': [() => filled([40, 40, 40], () => -850), 'ct-constant'],
    'air below the clamp, not constant': [() => filled([40, 40, 40], (i) => -2000 - (i % 2)), 'no-lungs'],
    'one voxel': [() => filled([1, 1, 1], () => 5), 'ct-constant'],
    'one slice': [() => filled([64, 64, 1], (i) => (i % 5) * 100 - 900), 'no-lungs'],
    'one column': [() => filled([1, 1, 64], (i) => (i % 5) * 100 - 900), 'no-lungs'],
    noise: [() => filled([60, 60, 60], (i) => (Math.imul(i, 2654435761) >>> 21) - 1024), 'no-lungs'],
    'not Hounsfield units': [() => filled([60, 60, 60], (i) => i % 255), 'no-lungs'],
    'all NaN': [() => ({ ...box([40, 40, 40], spacing), voxels: shared(64000).fill(NaN) }), 'no-lungs'],
    'a head: sinuses': [
      () =>
        cavities([
          [-25, 14],
          [25, 14],
          [0, 9],
        ]),
      'no-lungs',
    ],
    'an abdomen: a colon full of gas': [
      () =>
        cavities([
          [-50, 40],
          [40, 35],
        ]),
      'no-lungs',
    ],
    'only tissue': [() => cavities([]), 'no-lungs'],
    'no right lung': [
      () => syntheticChest({ spacing, rightLung: false }).ct,
      'lung-missing',
      /the right one/,
    ],
    'no left lung': [() => syntheticChest({ spacing, leftLung: false }).ct, 'lung-missing', /the left one/],
    'no lungs at all': [() => syntheticChest({ spacing, leftLung: false, rightLung: false }).ct, 'no-lungs'],
  };
  for (const [name, [make, code, says]] of Object.entries(table)) {
    it(`${name}: ${code}`, () => {
      assert.throws(
        () => search(make()),
        (error: LungflowError) =>
          error.code === code && error.kind === 'input' && (!says || says.test(error.what)),
      );
    });
  }

  it('say which lung is missing whichever way the scan is stored', () => {
    const { ct } = syntheticChest({ spacing, leftLung: false });
    const mirrored = reorient(ct, [2, 0, 1], [true, true, false]);
    assert.throws(() => search(mirrored), /Only the right lung was found/);
  });
});

function labelAt({ voxels, geometry }: LungLabels, point: PointLps): number {
  const [i, j, k] = pointToIndex(geometry, point).map(Math.round);
  return voxels[i + geometry.size[0] * (j + geometry.size[1] * k)];
}

const shared = (count: number) => new Float32Array(new SharedArrayBuffer(4 * count));

function box(size: Geometry['size'], spacing: Geometry['spacing']): { geometry: Geometry } {
  return { geometry: { size, spacing, origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] } };
}

function filled(size: Geometry['size'], hu: (index: number) => number): CtVolume {
  const voxels = new Int16Array(new SharedArrayBuffer(2 * size[0] * size[1] * size[2]));
  for (let i = 0; i < voxels.length; i++) voxels[i] = hu(i);
  return { voxels, ...box(size, [3, 3, 3]) };
}

/** A ball of tissue, 100 mm in radius, with balls of gas at (x, 0, 0). */
function cavities(gas: readonly (readonly [x: number, radius: number])[]): CtVolume {
  return filled([80, 80, 80], (index) => {
    const [x, y, z] = [index % 80, Math.floor(index / 80) % 80, Math.floor(index / 6400)].map(
      (i) => 3 * (i - 40),
    );
    if (Math.hypot(x, y, z) > 100) return -1000;
    return gas.some(([at, radius]) => Math.hypot(x - at, y, z) < radius) ? -1000 : 40;
  });
}
