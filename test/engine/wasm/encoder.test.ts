/** What the contract of engines does not see of the encoder in WebAssembly. */
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { PATCH_VOXELS } from '../../../src/imaging/atlas/atlas.js';
import { patchEncoder } from '../../../src/networks/patch-encoder.js';
import { encode } from '../../../src/engine/wasm/network.worker.js';
import { relativeDifference } from '../../../src/networks/relative-difference.js';
import { randomNetwork, randomPatches } from '../../networks/random-network.js';
import { referenceEncoder } from '../../../src/networks/reference.js';
import { room, whole } from '../slices-and-graphs.js';

describe('patch encoder on the wasm engine', () => {
  const network = randomNetwork(patchEncoder, 5);

  it('agrees with a plain double-precision network', () => {
    const slice = whole(randomPatches(2, 23));
    encode(network, [slice]);
    const expected = [0, 1].flatMap((p) => [
      ...referenceEncoder(
        network.parameters,
        slice.patches.subarray(p * PATCH_VOXELS, (p + 1) * PATCH_VOXELS),
      ),
    ]);
    assert.ok(relativeDifference(slice.features, expected) < 5e-6);
  });

  it('gives each patch the same bits in groups that are full or not', () => {
    const together = whole(randomPatches(13, 31));
    encode(network, [together]);
    const apart = { ...together, features: room(13) };
    for (const [from, to] of [
      [12, 13],
      [0, 1],
      [1, 4],
      [4, 12],
    ]) {
      encode(network, [{ ...apart, from, to }]);
    }
    assert.deepEqual(apart.features, together.features);
  });

  it('takes no more memory, however many patches come', () => {
    const slice = whole(randomPatches(20, 43));
    encode(network, [slice]);
    const grow = mock.method(WebAssembly.Memory.prototype, 'grow');
    for (let i = 0; i < 5; i++) encode(network, [slice]);
    grow.mock.restore();
    assert.equal(grow.mock.callCount(), 0);
  });

  it('stays with the thread while it is among the last few used, and no longer', () => {
    const slice = whole(randomPatches(1, 51));
    const memories = mock.method(WebAssembly, 'Memory');
    const built = (seed: number) => {
      const before = memories.mock.callCount();
      encode(randomNetwork(patchEncoder, seed), [slice]);
      return memories.mock.callCount() - before;
    };
    for (let seed = 100; seed < 103; seed++) assert.equal(built(seed), 1);
    assert.equal(built(100), 0);
    assert.equal(built(103), 1);
    assert.equal(built(100), 0);
    assert.equal(built(101), 1);
    memories.mock.restore();
  });

  it('says so where there is no memory for it', () => {
    const grow = mock.method(WebAssembly.Memory.prototype, 'grow', () => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
    });
    const slice = whole(randomPatches(1, 3));
    assert.throws(() => encode(randomNetwork(patchEncoder, 77), [slice]), {
      kind: 'resource',
      code: 'engine-memory',
    });
    grow.mock.restore();
  });

  it('lets a weight that is no number show in the features, whatever its layer', () => {
    const slice = whole(randomPatches(1, 47));
    const filters = Object.entries(patchEncoder.parameters).filter(([, { shape }]) => shape.length === 5);
    for (const bad of [NaN, Infinity]) {
      for (const [name] of filters) {
        const broken = randomNetwork(patchEncoder, 5);
        broken.parameters[name].data[13] = bad; // the tap that every output has
        encode({ ...broken, sha256: `${bad} in ${name}` }, [slice]);
        assert.ok(!slice.features.every(Number.isFinite), `${bad} in ${name}`);
      }
    }
  });
});
