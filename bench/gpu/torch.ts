/** torch on the same card: `bench/peers/encoder_torch_cuda.py` runs to its end and tells all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotRun } from '../not-run.js';
import { median, type SpeedBench } from '../speed/section.js';

/** What the script writes. */
export interface Torch {
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly peaks: {
    readonly tflops: readonly number[];
    readonly gbs: readonly number[];
    readonly uploadGbs: readonly number[];
  };
  readonly series: readonly TorchSeries[];
}

/** All patches, in batches of so many. */
export interface TorchSeries {
  /** `float32`, `TF32, channels last`. */
  readonly way: string;
  readonly batch: number;
  /** One a repeat; none where the card had too little memory. */
  readonly seconds: readonly number[];
}

export async function torchOnCard(
  bench: SpeedBench,
  patches: number,
  batches: readonly number[],
): Promise<Torch | NotRun> {
  const out = join(bench.dir, 'torch.json');
  const numbers = [patches, bench.repeats].map(String);
  try {
    await bench.python('encoder_torch_cuda.py', out, ...numbers, ...batches.map(String));
  } catch (thrown) {
    if (thrown instanceof NotRun) return thrown;
    process.stderr.write(`${String(thrown)}\n`);
    return new NotRun('its script failed'); // ours is worth having all the same
  }
  const torch = JSON.parse(await readFile(out, 'utf8')) as Torch;
  for (const version of Object.entries(torch.versions)) bench.version(...version);
  return torch;
}

export const ways = ({ series }: Torch): string[] => [...new Set(series.map(({ way }) => way))];

/** At the batch size that suits it best. */
export function fastest({ series }: Torch, way: string): TorchSeries | undefined {
  const ran = series.filter((one) => one.way === way && one.seconds.length > 0);
  return ran.toSorted((a, b) => median(a.seconds) - median(b.seconds))[0];
}
