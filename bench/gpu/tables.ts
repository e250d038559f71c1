/** What was measured, as tables: a column for ours and for each way of torch's. */
import type { EngineName } from '../../src/engine/engines.js';
import type { ConvolutionStep } from '../../src/engine/plan.js';
import { NotRun } from '../not-run.js';
import { median, type Figure } from '../speed/section.js';
import type { ContractResult } from './contract.js';
import { limitOf } from './limit.js';
import { SUBJECTS, type Measured } from './measure.js';
import type { Peaks } from './peaks.js';
import { fastest, ways, type Torch } from './torch.js';
import { encoderWork } from './work.js';

export interface Table {
  readonly title: string;
  /** Markdown, above the table. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

export interface OnCard {
  readonly engine: EngineName;
  /** Of a scan. */
  readonly patches: number;
  readonly measured: Measured;
  readonly torch: Torch | NotRun;
}

/** Of the owners, for a scan of 581 patches on a card. */
export const GOAL = { patches: 581, seconds: 0.15 };

export function contractTable(engine: EngineName, { passed, failed, skipped }: ContractResult): Table {
  const tests = { over: engine, unit: '' };
  return {
    title: 'Contract of the engines',
    about: 'What every engine keeps to (`test/engine/contract.ts`), agreement with torch first.',
    figures: [
      { ...tests, what: 'tests passed', runs: [passed], bar: { atLeast: 1 } },
      { ...tests, what: 'tests failed', runs: [failed], bar: { atMost: 0 } },
      { ...tests, what: 'tests skipped', runs: [skipped] },
    ],
  };
}

/** @param judged whether the goal stands: software and small scans say nothing about it */
export function scanTable(card: OnCard, judged: boolean): Table {
  const { engine, patches, measured, torch } = card;
  const ours = { over: engine, unit: 's' };
  return {
    title: `A scan of ${patches} patches`,
    about: `From int16 patches in the host's memory to features, and from those to the subject's vector, read back; ${engine} in batches of
${measured.batch}, torch at the batch size that suits it best. No other scan is there to overlap with.`,
    figures: [
      { ...ours, what: 'encode', runs: measured.encode },
      { ...ours, what: 'aggregate', runs: measured.aggregate },
      {
        ...ours,
        what: `aggregate, each of ${SUBJECTS} subjects at once`,
        runs: measured.aggregateSubjects.map((seconds) => seconds / SUBJECTS),
      },
      {
        ...ours,
        what: 'encode and aggregate',
        runs: measured.scan,
        ...(judged && { bar: { atMost: GOAL.seconds } }),
      },
      ...ofTorch(torch, 'encode', 's', (seconds) => seconds),
      ...ofTorch(torch, `encode, over ${engine}'s`, 'times', (seconds, i) => seconds / measured.encode[i]),
    ],
  };
}

export function batchTable({ engine, patches, measured, torch }: OnCard): Table {
  return {
    title: 'Patches a second, by the size of a batch',
    about: `${patches} patches again and again. ${engine} has several batches under way at once, as in a run.`,
    figures: [...measured.byBatch].flatMap(([batch, taken]) => {
      const asked = { what: `in batches of ${batch}`, unit: 'patches/s' };
      const rates = (seconds: readonly number[]) => seconds.map((one) => patches / one);
      const outOfMemory = 'the card has too little memory for such a batch';
      const theirs =
        torch instanceof NotRun
          ? []
          : torch.series
              .filter((one) => one.batch === batch)
              .map(({ way, seconds }): Figure => {
                const over = `torch, ${way}`;
                return seconds.length > 0
                  ? { ...asked, over, runs: rates(seconds) }
                  : { ...asked, over, notRun: outOfMemory };
              });
      const ours: Figure =
        taken instanceof NotRun
          ? { ...asked, over: engine, notRun: taken.message }
          : { ...asked, over: engine, runs: rates(taken) };
      return [ours, ...theirs];
    }),
  };
}

/** How much of the card the encoder uses, and what keeps it from using more. */
export function shareTable(
  { engine, patches, measured, torch }: OnCard,
  peaks: Peaks,
  layers: readonly ConvolutionStep[],
): Table {
  const figuresOf = (over: string, seconds: readonly number[], batch: number): Figure[] => {
    const { flops, bytes } = encoderWork(layers, patches, batch);
    const figure = (what: string, unit: string, amount: number, of: readonly number[]): Figure[] => [
      { what, over, unit, runs: seconds.map((one) => amount / one) },
      ...(of.length === 0
        ? []
        : [
            {
              what: `${what}, share of the card's`,
              over,
              unit: '%',
              runs: seconds.map((one) => (100 * amount) / one / median(of)),
            },
          ]),
    ];
    return [
      ...figure('arithmetic', 'TFLOP/s', flops / 1e12, peaks.tflops),
      ...figure('traffic', 'GB/s', bytes / 1e9, peaks.gbs),
    ];
  };
  const peak = (what: string, unit: string, runs: readonly number[]): Figure[] =>
    runs.length === 0 ? [] : [{ what, over: 'the card', unit, runs }];
  const theirs =
    torch instanceof NotRun
      ? []
      : ways(torch).flatMap((way) => {
          const best = fastest(torch, way);
          return best === undefined ? [] : figuresOf(`torch, ${way}`, best.seconds, best.batch);
        });
  return {
    title: 'Share of the card',
    about: `Of the encoder: arithmetic as the network's layers define it, in float32 (TF32 has a peak of its own, far higher), and traffic as
though each layer read its input and wrote its output once. In the column of the card: ${peaks.origin}.

${limitSentence(patches, measured, peaks, layers)}`,
    figures: [
      ...peak('arithmetic', 'TFLOP/s', peaks.tflops),
      ...peak('traffic', 'GB/s', peaks.gbs),
      ...peak('upload', 'GB/s', peaks.uploadGbs),
      ...figuresOf(engine, measured.encode, measured.batch),
      ...theirs,
    ],
  };
}

function limitSentence(
  patches: number,
  measured: Measured,
  peaks: Peaks,
  layers: readonly ConvolutionStep[],
): string {
  const { flops, bytes } = encoderWork(layers, patches, measured.batch);
  const patchBytes = 2 * patches * layers[0].edge ** 3;
  const at = (amount: number, rates: readonly number[]) =>
    rates.length === 0 ? undefined : amount / median(rates);
  return limitOf(median(measured.encode), {
    arithmetic: at(flops / 1e12, peaks.tflops),
    memory: at(bytes / 1e9, peaks.gbs),
    upload: at(patchBytes / 1e9, peaks.uploadGbs),
    launches: launchSeconds(patches, measured),
  });
}

/** What a batch of one patch takes beyond a patch in a large batch, for as many batches as there are. */
function launchSeconds(patches: number, { batch, encode, byBatch }: Measured): number | undefined {
  const single = byBatch.get(1);
  if (single === undefined || single instanceof NotRun) return undefined;
  const each = Math.max(0, median(single) - median(encode)) / patches;
  return each * Math.ceil(patches / batch);
}

function ofTorch(
  torch: Torch | NotRun,
  what: string,
  unit: string,
  of: (seconds: number, repeat: number) => number,
): Figure[] {
  if (torch instanceof NotRun) return [{ what, over: 'torch', unit, notRun: torch.message }];
  return ways(torch).map((way) => {
    const best = fastest(torch, way);
    const asked = { what, over: `torch, ${way}`, unit };
    return best === undefined
      ? { ...asked, notRun: 'the card has too little memory' }
      : { ...asked, runs: best.seconds.map(of) };
  });
}
