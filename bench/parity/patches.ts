/** Resampling, patches, corners and adjacency, a transform given, against SimpleITK and NumPy: every voxel, every patch. */
import { rm } from 'node:fs/promises';
import { fileSource } from '../../src/core/image-source.js';
import { subjectOf } from '../../src/testing/index.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { readItkTransform } from '../../src/formats/itk-transform/index.js';
import { readNpy } from '../../src/formats/npy.js';
import { isoGrid, PAD } from '../../src/imaging/space/iso-grid.js';
import { mapCorners } from '../../src/imaging/atlas/map-corners.js';
import { resampleColumns } from '../../src/imaging/resampling/resample.js';
import type { StorageOrder } from '../../src/imaging/space/storage-order.js';
import { AIR_HU, type CtVolume } from '../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { load } from '../../stages/load/index.js';
import { patch } from '../../stages/patch/index.js';
import { resample } from '../../stages/resample/index.js';
import { differences } from './differences.js';
import type { Bench, Row } from './row.js';
import { openStage, runStage } from './run-stage.js';
import { simpleItk, STORED, storedScan } from './simple-itk.js';

const SCANS = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003', 'oblique'];

export const patches: Row = {
  name: 'patches',
  async measure(bench) {
    const found: [string, Differences][] = [];
    for (const scan of SCANS)
      for (const order of STORED) found.push([`${scan} ${order}`, await compareScan(bench, scan, order)]);
    const over = (of: (d: Differences) => number) =>
      Object.fromEntries(found.map(([scan, differing]) => [scan, of(differing)]));
    const perMillion = { against: 'SimpleITK', unit: 'in a million', bar: { atMost: 1 } };
    return [
      {
        what: 'voxels of the resampled, clamped volume that differ',
        ...perMillion,
        cases: over((d) => d.grid.perMillion),
      },
      { what: 'voxels of patches that differ', ...perMillion, cases: over((d) => d.patches.perMillion) },
      {
        what: 'largest difference of a voxel',
        against: 'SimpleITK',
        unit: 'HU',
        bar: { atMost: 1 },
        cases: over((d) => Math.max(d.grid.most, d.patches.most)),
      },
      {
        what: 'corners that differ',
        against: 'SimpleITK',
        bar: { atMost: 0 },
        cases: over((d) => d.corners),
      },
      {
        what: 'entries of the adjacency that differ',
        against: 'NumPy',
        bar: { atMost: 0 },
        cases: over((d) => d.adjacency),
      },
    ];
  },
};

interface Differences {
  readonly grid: Voxels;
  readonly patches: Voxels;
  readonly corners: number;
  readonly adjacency: number;
}
interface Voxels {
  readonly perMillion: number;
  readonly most: number;
}

async function compareScan(bench: Bench, sid: string, order: StorageOrder): Promise<Differences> {
  const image = await storedScan(bench, sid, order);
  const theirs = await simpleItk(bench, sid, image);
  const atlas = bench.shared('atlas');
  const landmarksLps = mapCorners((await loadAtlas(atlas)).atlas, await readItkTransform(theirs.transform));
  const workers = createWorkerPool(1);
  const subject = subjectOf(sid, { image: fileSource(image) });
  const { ct } = await (await openStage(load({ atlas }), workers, subject))({});
  const { isoCt } = await runStage(resample(), { ct, landmarksLps }, workers);
  const ours = await runStage(patch(), { isoCt, landmarksLps }, workers);
  await workers.close();

  const array = async (kind: 'patch' | 'patch_loc' | 'adj') => (await readNpy(theirs.file(kind))).data;
  const found = {
    grid: voxels(wholeGrid(ct), withoutPadding(await theirs.padded(), isoCt.grid.size)),
    patches: voxels(ours.patches.data, (await array('patch')) as Int16Array),
    corners: differences(ours.corners.data, await array('patch_loc')).differ,
    adjacency: differences(ours.adjacency.data, await array('adj')).differ,
  };
  await rm(theirs.dir, { recursive: true });
  await rm(image);
  return found;
}

function voxels(ours: Int16Array, theirs: Int16Array): Voxels {
  const { differ, most } = differences(ours, theirs);
  return { perMillion: (1e6 * differ) / ours.length, most };
}

/** Every voxel of the 1 mm grid, clamped, whether a patch needs it or not. */
function wholeGrid(scan: CtVolume): Int16Array {
  const iso = isoGrid(scan.geometry, 1);
  const [nx, ny, nz] = iso.size;
  const rectangles = Int32Array.from({ length: 4 * nz }, (_, i) => [0, nx, 0, ny][i % 4]);
  const voxels = new Int16Array(new SharedArrayBuffer(2 * nx * ny * nz)).fill(AIR_HU);
  resampleColumns(scan, iso, { lowXyz: [0, 0, 0], highXyz: iso.size, rectangles }, voxels, 0, nx);
  return voxels;
}

function withoutPadding(padded: Int16Array, [px, py, pz]: readonly [number, number, number]): Int16Array {
  const [nx, ny, nz] = [px - 2 * PAD, py - 2 * PAD, pz - 2 * PAD];
  if (padded.length !== px * py * pz) throw new Error('their padded volume is of another size');
  const inner = new Int16Array(nx * ny * nz);
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, at += nx) {
      const row = PAD + px * (y + PAD + py * (z + PAD));
      inner.set(padded.subarray(row, row + nx), at);
    }
  return inner;
}
