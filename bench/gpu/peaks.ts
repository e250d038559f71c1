/** The card's peaks: given, or measured beside the networks, by WGSL where the engine is WebGPU's and else by torch. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ChosenEngine } from '../../src/engine/engine.js';
import { NotRun } from '../not-run.js';
import type { Torch } from './torch.js';
import type { WgslPeaks } from './wgsl-peaks.js';

/** One number a repeat; none where it is not known. */
export interface Peaks {
  readonly tflops: readonly number[];
  readonly gbs: readonly number[];
  readonly uploadGbs: readonly number[];
  /** How they are known. */
  readonly origin: string;
}

export interface GivenPeaks {
  readonly tflops: number | undefined;
  readonly gbs: number | undefined;
}

export async function cardPeaks(
  { name }: ChosenEngine,
  repeats: number,
  given: GivenPeaks,
  torch: Torch | NotRun,
): Promise<Peaks> {
  const measured = await measuredPeaks(name, repeats, torch);
  const asGiven = (peak: number | undefined) => peak !== undefined && [peak];
  const flags = [
    ...(given.tflops === undefined ? [] : ['--peak-tflops']),
    ...(given.gbs === undefined ? [] : ['--peak-gbs']),
  ];
  return {
    ...measured,
    tflops: asGiven(given.tflops) || measured.tflops,
    gbs: asGiven(given.gbs) || measured.gbs,
    origin: [measured.origin, ...flags.map((flag) => `\`${flag}\` as given`)].join(', '),
  };
}

async function measuredPeaks(
  engine: ChosenEngine['name'],
  repeats: number,
  torch: Torch | NotRun,
): Promise<Peaks> {
  if (engine === 'webgpu') {
    const script = fileURLToPath(new URL('./wgsl-peaks.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(repeats)]);
    return { ...(JSON.parse(stdout) as WgslPeaks), origin: 'peaks by plain WGSL kernels' };
  }
  if (torch instanceof NotRun) return { tflops: [], gbs: [], uploadGbs: [], origin: 'peaks not measured' };
  return { ...torch.peaks, origin: 'peaks by torch: a product of large matrices, a copy' };
}
