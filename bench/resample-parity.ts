/**
 * Our stages against `bench/peers/resample_simpleitk.py`, every voxel of the grid, every patch:
 * `node dist/bench/resample-parity.js CT.nii.gz PEER_DIR`.
 */
import { join } from 'node:path';
import type { ItemStage, Stage, StageEnv, Task } from '../src/core/stage.js';
import { readNifti } from '../src/formats/nifti/index.js';
import { readNpy } from '../src/formats/npy.js';
import { isoGrid, PAD } from '../src/imaging/iso-grid.js';
import { resampleSlices } from '../src/imaging/resample.js';
import { AIR_HU, type CtVolume } from '../src/imaging/volume.js';
import { createWorkerPool } from '../src/workers/pool.js';
import { patch } from '../stages/patch/index.js';
import { resample } from '../stages/resample/index.js';

const [ctPath, peerDir] = process.argv.slice(2);
const peer = (name: string) => readNpy(join(peerDir, `${name}.npy`));
const workers = createWorkerPool(1);
const env = { workers, jobs: 1 } as unknown as StageEnv;
const task = { workers, fact: console.log, flag: console.log } as unknown as Task;

async function run<N extends object, G extends object>(stage: Stage<N, G>, inputs: N): Promise<G> {
  const open = (await stage.open(env)) as ItemStage<N, G>;
  const began = performance.now();
  const gives = await open.process(inputs, task);
  console.log(`${stage.name}: ${((performance.now() - began) / 1000).toFixed(2)} s on one thread`);
  return gives;
}

function compare(
  what: string,
  ours: ArrayLike<number>,
  theirs: ArrayLike<number | bigint>,
  at = (i: number) => i,
) {
  let [differ, most] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i] - Number(theirs[at(i)]));
    if (difference > 0) differ += 1;
    most = Math.max(most, difference);
  }
  console.log(`${what}: ${differ} of ${ours.length} differ, by at most ${most}`);
}

const marks = (await peer('landmarks')).data;
const data = new Float64Array(new SharedArrayBuffer(marks.byteLength));
data.set(marks as Float64Array);
const landmarksLps = { data, shape: [data.length / 3, 3] };
const { volume: ct } = await readNifti(ctPath);

const { isoCt } = await run(resample(), { ct, landmarksLps });
const { patches, corners, adjacency } = await run(patch(), { isoCt, landmarksLps });
await workers.close();

const theirs = (await peer('padded')).data;
const { iso, voxels } = wholeGrid(ct);
const [nx, ny] = iso.size;
const [px, py] = isoCt.grid.size;
compare('whole grid', voxels, theirs, (i) => {
  const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
  return x + PAD + px * (y + PAD + py * (z + PAD));
});
console.log(`needed box: ${isoCt.box.geometry.size.join(' x ')} of ${iso.size.join(' x ')}`);
compare('patches', patches.data, (await peer('patches')).data);
compare('corners', corners.data, (await peer('corners')).data);
compare('adjacency', adjacency.data, (await peer('adjacency')).data);

/** Every voxel, needed or not. */
function wholeGrid(scan: CtVolume) {
  const iso = isoGrid(scan.geometry, 1);
  const [nx, ny, nz] = iso.size;
  const rectangles = Int32Array.from({ length: 4 * nz }, (_, i) => [0, nx, 0, ny][i % 4]);
  const voxels = new Int16Array(new SharedArrayBuffer(2 * nx * ny * nz)).fill(AIR_HU);
  resampleSlices(scan, iso, { lowXyz: [0, 0, 0], highXyz: iso.size, rectangles }, voxels, 0, nz);
  return { iso, voxels };
}
