/** Resampling, patches, corners and adjacency against SimpleITK and NumPy: every voxel of the grid, every patch. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNifti } from '../../src/formats/nifti/index.js';
import { readNpy } from '../../src/formats/npy.js';
import { isoGrid, PAD } from '../../src/imaging/iso-grid.js';
import { resampleSlices } from '../../src/imaging/resample.js';
import { AIR_HU, type CtVolume } from '../../src/imaging/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { patch } from '../../stages/patch/index.js';
import { resample } from '../../stages/resample/index.js';
import { differences } from './differences.js';
import type { Bench, Row } from './row.js';
import { runStage } from './run-stage.js';

const SCANS = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003', 'oblique'] as const;

export const patches: Row = {
  name: 'patches',
  async measure(bench) {
    const found: [string, Differences][] = [];
    for (const scan of SCANS) found.push([scan, await compareScan(bench, scan)]);
    const over = (of: (d: Differences) => number) =>
      Object.fromEntries(found.map(([scan, differing]) => [scan, of(differing)]));
    const perMillion = { against: 'SimpleITK', unit: 'in a million', bar: { atMost: 1 } };
    return [
      { what: 'voxels of the 1 mm grid that differ', ...perMillion, cases: over((d) => d.grid.perMillion) },
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
        cases: over((d) => d.corners.differ),
      },
      {
        what: 'entries of the adjacency that differ',
        against: 'NumPy',
        bar: { atMost: 0 },
        cases: over((d) => d.adjacency.differ),
      },
    ];
  },
};

interface Differences {
  readonly grid: Voxels;
  readonly patches: Voxels;
  readonly corners: { readonly differ: number };
  readonly adjacency: { readonly differ: number };
}
interface Voxels {
  readonly perMillion: number;
  readonly most: number;
}

/** What SimpleITK and NumPy make of a scan, given a transform: arrays by name, and the scan itself. */
export async function simpleItk(bench: Bench, scan: (typeof SCANS)[number]) {
  const dir = join(bench.dir, scan);
  const atlas = bench.shared('atlas');
  const oblique = scan === 'oblique';
  const ctPath = oblique ? join(dir, 'ct.nii.gz') : bench.shared(`data/${scan}.nii.gz`);
  const script = 'resample_simpleitk.py';
  await (oblique
    ? bench.python(script, 'oblique', atlas, dir)
    : bench.python(script, 'scan', ctPath, atlas, dir));
  const array = async (name: string) => (await readNpy(join(dir, `${name}.npy`))).data;
  return { dir, ctPath, array };
}

async function compareScan(bench: Bench, scan: (typeof SCANS)[number]): Promise<Differences> {
  const { dir, ctPath, array } = await simpleItk(bench, scan);
  const workers = createWorkerPool(1);
  const marks = (await array('landmarks')) as Float64Array;
  const data = new Float64Array(new SharedArrayBuffer(marks.byteLength));
  data.set(marks);
  const landmarksLps = { data, shape: [data.length / 3, 3] };
  const { volume: ct } = await readNifti(ctPath);
  const { isoCt } = await runStage(resample(), { ct, landmarksLps }, workers);
  const ours = await runStage(patch(), { isoCt, landmarksLps }, workers);
  await workers.close();

  const found = {
    grid: voxels(wholeGrid(ct), withoutPadding((await array('padded')) as Int16Array, isoCt.grid.size)),
    patches: voxels(ours.patches.data, (await array('patches')) as Int16Array),
    corners: differences(ours.corners.data, await array('corners')),
    adjacency: differences(ours.adjacency.data, await array('adjacency')),
  };
  await rm(dir, { recursive: true });
  return found;
}

function voxels(ours: ArrayLike<number>, theirs: ArrayLike<number>): Voxels {
  const { differ, most } = differences(ours, theirs);
  return { perMillion: (1e6 * differ) / ours.length, most };
}

/** Every voxel of the 1 mm grid, clamped, whether a patch needs it or not. */
function wholeGrid(scan: CtVolume): Int16Array {
  const iso = isoGrid(scan.geometry, 1);
  const [nx, ny, nz] = iso.size;
  const rectangles = Int32Array.from({ length: 4 * nz }, (_, i) => [0, nx, 0, ny][i % 4]);
  const voxels = new Int16Array(new SharedArrayBuffer(2 * nx * ny * nz)).fill(AIR_HU);
  resampleSlices(scan, iso, { lowXyz: [0, 0, 0], highXyz: iso.size, rectangles }, voxels, 0, nz);
  return voxels;
}

function withoutPadding(padded: Int16Array, [px, py, pz]: readonly [number, number, number]): Int16Array {
  const [nx, ny, nz] = [px - 2 * PAD, py - 2 * PAD, pz - 2 * PAD];
  const inner = new Int16Array(nx * ny * nz);
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, at += nx) {
      const row = PAD + px * (y + PAD + py * (z + PAD));
      inner.set(padded.subarray(row, row + nx), at);
    }
  return inner;
}
