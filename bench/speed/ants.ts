/** Runs of antsRegistration: recorded in `bench/results/ants.json`, for a run takes many minutes, and made anew by `--ants`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readItkTransform } from '../../src/formats/itk-transform/index.js';
import type { AffineLps } from '../../src/imaging/space/geometry.js';
import { NotRun } from '../not-run.js';
import { segmentForContest } from '../parity/registration-masks.js';
import type { BenchScan } from './scans.js';
import { median, type SpeedBench } from './section.js';

/** From the atlas's lungs to a scan's, by the published parameters, on one thread. */
export interface AntsRun extends AffineLps {
  readonly sid: string;
  readonly seed: number;
  /** Of the published schedule's three, coarsest first. */
  readonly levels: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface Recorded {
  readonly versions: Readonly<Record<string, string>>;
  readonly runs: readonly AntsRun[];
}

/** A real scan's runs also tell how far ANTs lies from itself; of a phantom only the time is asked. */
const seedsOf = ({ real }: BenchScan) => (real ? [1, 2, 3] : [1]);
const LEVELS = 2;
export const ANTS = 'antsRegistration without its full-resolution level';

/** Where masks and transforms lie; the registration row of parity works on the same. */
const dirOf = (root: string) => join(root, 'out/parity/registration');

/** The lungs that our `segment` found when first asked, coded as the reference has them: what every contestant registers. */
export async function lungMask(root: string, { sid, image }: BenchScan): Promise<string> {
  await mkdir(dirOf(root), { recursive: true });
  return segmentForContest(dirOf(root), sid, image);
}

/** @throws NotRun when there are none of the scan, or they are to be made without peers */
export async function antsRuns(bench: SpeedBench, scan: BenchScan): Promise<readonly AntsRun[]> {
  if (bench.ants) await runAnts(bench, scan);
  const { versions, runs } = await recorded(bench.root);
  const mine = runs.filter((run) => run.sid === scan.sid);
  if (mine.length === 0) throw new NotRun('antsRegistration runs with `--peers --ants`');
  for (const version of Object.entries(versions)) bench.version(...version);
  return mine;
}

/** Of the processor: on one thread that is the clock of a quiet machine. */
export const antsSeconds = (runs: readonly AntsRun[]): number => median(runs.map((run) => run.cpuSeconds));

async function runAnts(bench: SpeedBench, scan: BenchScan): Promise<void> {
  const { sid, atlas } = scan;
  const dir = dirOf(bench.root);
  const mask = await lungMask(bench.root, scan);
  await bench.python('register_ants.py', dir, atlas, seedsOf(scan).join(','), String(LEVELS), mask);
  const rows = (await readFile(join(dir, 'ants.csv'), 'utf8')).split('\n').map((line) => line.split(','));
  const fresh: AntsRun[] = [];
  for (const seed of seedsOf(scan)) {
    const row = rows.findLast(([scan, its]) => scan === sid && Number(its) === seed);
    if (row === undefined) throw new Error(`ants.csv does not tell what seed ${seed} of ${sid} took`);
    const [levels, seconds, cpuSeconds] = row.slice(2).map(Number);
    const affine = await readItkTransform(join(dir, `${sid}_seed${seed}_0GenericAffine.mat`));
    fresh.push({ sid, seed, levels, seconds, cpuSeconds, ...affine });
  }
  const { runs } = await recorded(bench.root);
  const all = [...runs.filter((run) => run.sid !== sid), ...fresh];
  const versions = { antspyx: await installedAnts(bench.root) };
  await writeFile(fileOf(bench.root), `${JSON.stringify({ versions, runs: all }, null, 2)}\n`);
}

async function recorded(root: string): Promise<Recorded> {
  if (!existsSync(fileOf(root))) return { versions: {}, runs: [] };
  return JSON.parse(await readFile(fileOf(root), 'utf8')) as Recorded;
}

/** The one that the peers' environment holds. */
async function installedAnts(root: string): Promise<string> {
  const pins = await readFile(join(root, 'bench/peers/requirements.txt'), 'utf8');
  return /^antspyx==(.+)$/m.exec(pins)![1];
}

const fileOf = (root: string) => join(root, 'bench/results/ants.json');
