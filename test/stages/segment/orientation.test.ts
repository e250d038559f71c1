import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { blockLabels } from '../../../src/imaging/labels/block-labels.js';
import { blockMean, blocksOf } from '../../../src/imaging/resampling/block-mean.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { judgeOrientation, orientationDoubt } from '../../../src/imaging/orientation/judge-orientation.js';
import { AIR_HU, type CtVolume, type LungLabels } from '../../../src/imaging/space/volume.js';
import { BLOCK_MM, DENSE_HU } from '../../../src/imaging/segmentation/coarse-ct.js';
import { search } from '../../imaging/segmentation/search.js';
import { LIES, mirroredHeader, swappedHeader } from '../lying-header.js';

/** What is said of the scan under each header, by the lungs that are found. */
const found = ({ voxels }: CtVolume, geometry: Geometry) =>
  given({ voxels, geometry }, search({ voxels, geometry }).lungs, geometry);

/** ... and by lungs that are given: here those of the true scan, so that the labels of a mirrored one are the wrong way round. */
function given(ct: CtVolume, lungs: LungLabels, geometry: Geometry): string | undefined {
  const blocks = blocksOf(geometry, BLOCK_MM);
  const hu = blockMean({ ...ct, geometry }, blocks, AIR_HU, DENSE_HU);
  const labels = blockLabels({ ...lungs, geometry }, blocks);
  return orientationDoubt(judgeOrientation({ hu, labels, grid: blocks.grid }));
}

/** Begins with what is wrong, along all axes that are. */
const told: Record<keyof typeof LIES, RegExp> = {
  x: /^this scan may be mirrored left-right, judged by .*the liver and the trachea:/,
  y: /^this scan may be stored front to back \(front and back exchanged\), judged by/,
  z: /^this scan may be stored upside down \(head and feet exchanged\), judged by/,
  xy: /^this scan may be stored front to back .* and mirrored left-right, which is half a turn about the body’s long axis/,
  xz: /^this scan may be stored upside down .* and mirrored left-right, which is half a turn about the front-back axis/,
  yz: /^this scan may be stored upside down .* and stored front to back .*, which is half a turn about the left-right axis/,
  xyz: /^this scan may be stored upside down .*, stored front to back .* and mirrored left-right, judged by/,
};
const swaps = [
  [0, 1, /^this scan may have its axes swapped \(left-right and front-back\)/],
  [1, 2, /^this scan may have its axes swapped \(front-back and head-feet\)/],
  [0, 2, /^this scan may have its axes swapped \(left-right and head-feet\)/],
] as const;

type Lie = keyof typeof LIES;

function tellsLies(
  geometry: Geometry,
  say: (geometry: Geometry) => string | undefined,
  lies = Object.keys(LIES) as readonly Lie[],
): void {
  assert.equal(say(geometry), undefined);
  for (const lie of lies)
    assert.match(say(mirroredHeader(geometry, LIES[lie])) ?? `${lie}: nothing`, told[lie]);
}

describe('a header that lies', () => {
  for (const [index, seed, spacing] of [
    [0, 11, 4],
    [7, 5, [3, 5]],
  ] as const)
    it(`is told, and a true one is not doubted: phantom ${index}, seed ${seed}`, () => {
      const { ct, lungs } = phantomVolume(index, seed, spacing);
      const say = (geometry: Geometry) => given(ct, lungs, geometry);
      tellsLies(ct.geometry, say);
      for (const [a, b, message] of swaps)
        assert.match(say(swappedHeader(ct.geometry, a, b)) ?? 'nothing', message);
      tellsLies(ct.geometry, (geometry) => found(ct, geometry), ['x', 'z', 'xyz']);
    });

  for (const name of ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'])
    it(`is told of ${name}`, async (t) => {
      const path = fileURLToPath(new URL(`../../../../../shared/data/${name}.nii.gz`, import.meta.url));
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const { volume: ct } = await readNifti(path);
      const { lungs } = search(ct);
      tellsLies(ct.geometry, (geometry) => given(ct, lungs, geometry));
      for (const [a, b, message] of swaps)
        assert.match(given(ct, lungs, swappedHeader(ct.geometry, a, b)) ?? 'nothing', message);
      tellsLies(ct.geometry, (geometry) => found(ct, geometry), ['xyz']);
    });

  it('is not suspected where there is nothing to see', () => {
    const { ct, lungs } = phantomVolume(0, 11, 8);
    const flat: CtVolume = { ...ct, voxels: new Int16Array(new SharedArrayBuffer(2 * lungs.voxels.length)) };
    assert.equal(given(flat, lungs, ct.geometry), undefined);
    const specks = new Uint8Array(new SharedArrayBuffer(lungs.voxels.length));
    specks[1000] = 1;
    specks[1001] = 2;
    assert.equal(given(ct, { ...lungs, voxels: specks }, ct.geometry), undefined);
  });
});
