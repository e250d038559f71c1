import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readNpy } from '../../../src/formats/npy.js';
import { countEdges, EDGE_OVERLAP, patchAdjacency } from '../../../src/imaging/atlas/adjacency.js';

const COPDGENE = '../shared/atlas/atlas_patch_loc.npy';

describe('adjacency', () => {
  it("is NumPy's, bit for bit", () => {
    // np.where(d.max(-1) < 32, np.prod(32 - d, -1) / 32**3, 0), NumPy 2.4.6
    const corners = Int32Array.of(
      ...[0, 0, 0],
      ...[26, 0, 0],
      ...[26, 26, 0],
      ...[27, 0, -1],
      ...[31, 31, 31],
      ...[32, 0, 0],
      ...[-5, 3, 11],
    );
    const numpy = [
      [1, 0.1875, 0.03515625, 0.1513671875, 3.0517578125e-5, 0, 0.501800537109375],
      [0.1875, 1, 0.1875, 0.9384765625, 0.000823974609375, 0.8125, 0.018585205078125],
      [0.03515625, 0.1875, 1, 0.17596435546875, 0.022247314453125, 0.15234375, 0.005767822265625],
      [0.1513671875, 0.9384765625, 0.17596435546875, 1, 0, 0.8173828125, 0],
      [3.0517578125e-5, 0.000823974609375, 0.022247314453125, 0, 1, 0.000946044921875, 0],
      [0, 0.8125, 0.15234375, 0.8173828125, 0.000946044921875, 1, 0],
      [0.501800537109375, 0.018585205078125, 0.005767822265625, 0, 0, 0, 1],
    ];
    assert.deepEqual([...patchAdjacency(corners)], numpy.flat());
  });

  it('joins face neighbours of the atlas grid, and of a grid stretched to 27 voxels, no further', () => {
    const edges = (distance: number) => {
      const corners = Int32Array.of(0, 0, 0, distance, 0, 0, distance, distance, 0);
      return countEdges(patchAdjacency(corners), 3);
    };
    assert.deepEqual([26, 27, 28].map(edges), [2, 2, 0]);
  });

  const skip = existsSync(COPDGENE) ? false : `${COPDGENE} is not there`;
  it('has 1398 edges and 581 self edges on the COPDGene atlas', { skip }, async () => {
    const { data, shape } = await readNpy(COPDGENE);
    assert.deepEqual(shape, [581, 3]);
    const adjacency = patchAdjacency(Int32Array.from(data as BigInt64Array, Number));
    assert.equal(countEdges(adjacency, 581), 1398); // reference section 9
    assert.equal(adjacency.filter((overlap) => overlap > EDGE_OVERLAP).length, 2 * 1398 + 581);
    assert.ok(Array.from({ length: 581 }, (_, i) => adjacency[582 * i]).every((self) => self === 1));
  });
});
