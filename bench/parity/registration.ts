/** Our registration against several seeded runs of antsRegistration on the same masks, judged by ANTs and NumPy. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from './extract.js';
import { maskFile, phantomsForContest, registerForContest, segmentForContest } from './registration-masks.js';
import type { Bench, Quantity, Row } from './row.js';

const SCANS = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'];
const SEEDS = '1,2,3';
/** Without ANTs' full-resolution level: it takes hours and moves hardly anything. */
const LEVELS = '2';
const against = 'antsRegistration, mean of 3 seeded runs';

/** What `bench/peers/registration_scores.py` writes for a subject; distances in mm over the atlas's landmarks. */
interface Scores {
  readonly sid: string;
  readonly oursToMean: Spread;
  readonly oursToRuns: readonly Spread[];
  readonly antsToAnts: readonly Spread[];
  readonly ours: Overlap;
  readonly ants: readonly Overlap[];
  readonly oursToTruth?: Spread;
  readonly antsToTruth?: readonly Spread[];
}
interface Spread {
  readonly mean: number;
  readonly p95: number;
}
interface Overlap {
  readonly diceRight: number;
  readonly diceLeft: number;
  readonly mutualInformation: number;
}

/** Both LIDC scans, and the COPDGene atlas. */
export const registration: Row = {
  name: 'registration',
  async measure(bench) {
    for (const sid of SCANS) await segmentForContest(bench.dir, sid, bench.shared(`data/${sid}.nii.gz`));
    const scores = await contest(bench, bench.shared('atlas'), SCANS);
    return agreement('both LIDC scans', scores);
  },
};

/** Ten phantoms, whose landmarks are known. */
export const registrationPhantoms: Row = {
  name: 'registration-phantoms',
  async measure(bench) {
    const { sids, atlas } = await phantomsForContest(bench.dir);
    const scores = await contest(bench, atlas, sids);
    const toTruth = mean(scores.map(({ antsToTruth }) => mean(antsToTruth!.map((run) => run.mean))));
    return [
      ...agreement('10 phantoms', scores),
      {
        what: `10 phantoms: distance to the true landmarks, mean (ANTs: ${toTruth.toFixed(3)} mm)`,
        against: 'the truth, and ANTs’ distance to it',
        unit: 'mm',
        bar: { atMost: toTruth },
        cases: { 'mean of 10': mean(scores.map(({ oursToTruth }) => oursToTruth!.mean)) },
      },
    ];
  },
};

/** The whole pipeline with the transform of either, the same weights. */
export const registrationVectors: Row = {
  name: 'registration-vectors',
  async measure(bench) {
    const contestDir = join(bench.dir, '../registration');
    const cases: Record<string, number> = {};
    for (const sid of SCANS) {
      const vectors: Float32Array[] = [];
      for (const run of ['ours', ...SEEDS.split(',').map((seed) => `seed${seed}`)]) {
        const transform = join(bench.dir, `${sid}_${run}_0GenericAffine.mat`);
        await copyFile(join(contestDir, `${sid}_${run}_0GenericAffine.mat`), transform);
        const manifest = join(bench.dir, 'cohort.csv');
        await writeFile(
          manifest,
          `sid,image,transform\n${sid},${bench.shared(`data/${sid}.nii.gz`)},${transform}\n`,
        );
        const options = { atlas: bench.shared('atlas'), 'register.transform': 'transform' };
        vectors.push((await extract(manifest, join(bench.dir, 'out'), options)).vectors.get(sid)!);
      }
      const [ours, ...ants] = vectors;
      ants.forEach((vector, i) => (cases[`${sid}, seed ${i + 1}`] = cosine(ours, vector)));
    }
    const what = 'subject vector with our transform and with ANTs’, untrained weights, cosine';
    return [{ what, against: 'antsRegistration, 3 seeded runs', bar: { atLeast: 0.99 }, cases }];
  },
};

async function contest(bench: Bench, atlas: string, sids: readonly string[]): Promise<Scores[]> {
  const masks = sids.map((sid) => maskFile(bench.dir, sid));
  await bench.python('register_ants.py', bench.dir, atlas, SEEDS, LEVELS, ...masks);
  await registerForContest(bench.dir, atlas, sids);
  const file = join(bench.dir, 'scores.json');
  await bench.python('registration_scores.py', bench.dir, atlas, file, ...sids);
  return JSON.parse(await readFile(file, 'utf8')) as Scores[];
}

function agreement(over: string, scores: readonly Scores[]): Quantity[] {
  const bySid = (figure: (score: Scores) => number) =>
    Object.fromEntries(scores.map((score) => [score.sid, figure(score)] as const));
  const sides = ['diceRight', 'diceLeft'] as const;
  const dice = scores.flatMap(({ sid, ours, ants }) =>
    sides.map(
      (side) =>
        [`${sid}, ${side.slice(4).toLowerCase()}`, ours[side] - mean(ants.map((run) => run[side]))] as const,
    ),
  );
  return [
    {
      what: `${over}: distance of landmarks, mean`,
      against,
      unit: 'mm',
      bar: { atMost: 2 },
      cases: bySid(({ oursToMean }) => oursToMean.mean),
    },
    {
      what: `${over}: distance of landmarks, 95th percentile`,
      against,
      unit: 'mm',
      bar: { atMost: 4 },
      cases: bySid(({ oursToMean }) => oursToMean.p95),
    },
    {
      what: `${over}: the same distance over that between two of ANTs’ own runs`,
      against: 'antsRegistration, run to run',
      bar: { atMost: 1 },
      cases: bySid(
        ({ oursToMean, antsToAnts }) => oursToMean.mean / Math.max(...antsToAnts.map((pair) => pair.mean)),
      ),
    },
    {
      what: `${over}: Dice of each lung, ours less ANTs’`,
      against,
      bar: { atLeast: -0.005 },
      cases: Object.fromEntries(dice),
    },
    {
      what: `${over}: mutual information by ANTs’ own metric, ours over ANTs’`,
      against,
      bar: { atLeast: 0.99 },
      cases: bySid(
        ({ ours, ants }) => ours.mutualInformation / mean(ants.map((run) => run.mutualInformation)),
      ),
    },
  ];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
