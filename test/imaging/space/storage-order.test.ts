import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Geometry, Matrix3 } from '../../../src/imaging/space/geometry.js';
import {
  axesOf,
  isStorageOrder,
  STORAGE_ORDERS,
  storageOrderOf,
} from '../../../src/imaging/space/storage-order.js';

const grid = (direction: Matrix3): Geometry => ({
  size: [2, 3, 4],
  spacing: [1, 1, 1],
  origin: [0, 0, 0],
  direction,
});

describe('storage orders', () => {
  it('are 48, each read from the grid that its letters describe', () => {
    assert.equal(new Set(STORAGE_ORDERS).size, 48);
    for (const order of STORAGE_ORDERS) {
      const direction = Array<number>(9).fill(0);
      axesOf(order).forEach(
        ({ patient, reversed }, axis) => (direction[3 * patient + axis] = reversed ? -1 : 1),
      );
      assert.equal(storageOrderOf(grid(direction as unknown as Matrix3)), order);
    }
  });

  it('name where axes run to', () => {
    assert.equal(storageOrderOf(grid([1, 0, 0, 0, 1, 0, 0, 0, 1])), 'LPS', "ITK's own axes");
    assert.equal(storageOrderOf(grid([-1, 0, 0, 0, -1, 0, 0, 0, 1])), 'RAS', "nibabel's canonical");
    assert.equal(storageOrderOf(grid([1, 0, 0, 0, -1, 0, 0, 0, 1])), 'LAS', "the COPDGene atlas's");
    assert.equal(storageOrderOf(grid([0, 0, -1, 1, 0, 0, 0, 1, 0])), 'PSR');
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    assert.equal(storageOrderOf(grid([1, 0, 0, 0, -c, s, 0, s, c])), 'LAS', 'a tilted gantry');
  });

  it('are told from other words', () => {
    for (const word of ['LAS', 'SRP']) assert.ok(isStorageOrder(word), word);
    for (const word of ['', 'LA', 'LRS', 'LASS', 'las', 'LLS', 'XAS']) assert.ok(!isStorageOrder(word), word);
  });
});
