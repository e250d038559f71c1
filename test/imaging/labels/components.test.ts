import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { components, sliceComponents, type Components } from '../../../src/imaging/labels/components.js';
import { fillHoles } from '../../../src/imaging/labels/flood.js';
import type { Grid } from '../../../src/imaging/space/grid.js';

const grid: Grid = { size: [5, 4, 3], spacing: [1, 1, 1] };
const masks = fc.uint8Array({ minLength: 60, maxLength: 60, max: 1 });

/** Slow and plain: the lowest index that each voxel is joined to. */
function roots(mask: Uint8Array): number[] {
  const root = [...mask.keys()];
  const at = (i: number) => [i % 5, Math.floor(i / 5) % 4, Math.floor(i / 20)];
  const touch = (a: number, b: number) =>
    at(a).reduce((sum, x, axis) => sum + Math.abs(x - at(b)[axis]), 0) === 1;
  for (let changed = true; changed;) {
    changed = false;
    for (let a = 0; a < 60; a++) {
      for (let b = 0; b < 60; b++) {
        if (!mask[a] || !mask[b] || !touch(a, b) || root[b] <= root[a]) continue;
        root[b] = root[a];
        changed = true;
      }
    }
  }
  return root;
}

function labelled({ runs, ofRun }: Components): number[] {
  const labels = new Array<number>(5 * (runs.firstOfRow.length - 1)).fill(0);
  ofRun.forEach((component, run) => labels.fill(component, runs.starts[run], runs.ends[run]));
  return labels;
}

describe('components', () => {
  it('join what touches by faces, and nothing else', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const found = components(mask, grid);
        const { sizes } = found;
        const labels = labelled(found);
        const root = roots(mask);
        for (let a = 0; a < 60; a++) {
          assert.equal(labels[a] === 0, mask[a] === 0);
          if (mask[a]) assert.equal(labels[a], labels[root[a]]);
          if (mask[a] && root[a] === a)
            assert.equal(sizes[labels[a]], root.filter((r, i) => mask[i] && r === a).length);
        }
        assert.equal(sizes.length - 1, root.filter((r, i) => mask[i] && r === i).length);
      }),
      { numRuns: 50 },
    );
  });

  it('are numbered by their first voxels, and know other values than 1', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const labels = labelled(
          components(
            mask.map((v) => 7 * v),
            grid,
            7,
          ),
        );
        assert.deepEqual(labels, labelled(components(mask, grid)));
        const inOrder = [...new Set(labels.filter((label) => label !== 0))];
        assert.deepEqual(
          inOrder,
          inOrder.map((_, n) => n + 1),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('of slices are those of each slice alone', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const labels = labelled(sliceComponents(mask, grid));
        let before = 0;
        for (let z = 0; z < 3; z++) {
          const slice: Grid = { ...grid, size: [5, 4, 1] };
          const alone = components(mask.subarray(20 * z, 20 * (z + 1)), slice);
          const expected = labelled(alone).map((label) => (label === 0 ? 0 : label + before));
          assert.deepEqual(labels.slice(20 * z, 20 * (z + 1)), expected);
          before += alone.sizes.length - 1;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('floods', () => {
  it('fill exactly what has no way out', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const filled = mask.slice();
        fillHoles(filled, grid);
        const inverse = mask.map((v) => 1 - v);
        const root = roots(inverse);
        const border = (i: number) => {
          const [x, y, z] = [i % 5, Math.floor(i / 5) % 4, Math.floor(i / 20)];
          return x === 0 || x === 4 || y === 0 || y === 3 || z === 0 || z === 2;
        };
        const open = new Set(root.filter((_, i) => inverse[i] && border(i)));
        for (let i = 0; i < 60; i++) assert.equal(filled[i], mask[i] || (open.has(root[i]) ? 0 : 1));
      }),
      { numRuns: 50 },
    );
  });
});
