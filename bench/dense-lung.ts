/**
 * What is told of dense lung, over phantoms and the two LIDC scans with 0 to 60 % of their lungs made dense:
 * `npm run dense-lung [-- phantoms]`. Prints Markdown. The truth of a phantom is its own, that of a scan our labels of it as it is.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { consolidate, effusion, type Extent } from '../data/phantom/disease.js';
import { phantomVolume } from '../data/phantom/phantom.js';
import { LungflowError } from '../src/core/errors.js';
import { readNifti } from '../src/formats/nifti/index.js';
import { blockLabels } from '../src/imaging/block-labels.js';
import { LEFT_LUNG, RIGHT_LUNG, type LungLabels, type Volume } from '../src/imaging/volume.js';
import { coarsen } from '../stages/segment/coarse-ct.js';
import { denseDoubts } from '../stages/segment/dense-doubts.js';
import { denseLung, missingPercent } from '../stages/segment/dense-lung.js';
import { findLungs } from '../stages/segment/find-lungs.js';
import { dice } from '../test/stages/segment/dice.js';
import { markdownTable } from './markdown.js';

type Ct = Volume<Int16Array<SharedArrayBuffer>>;

const SHARES = [5, 10, 15, 20, 30, 38, 50, 60];
const SEEDS = [11, 2021];
const SOUND_EACH = 10;
/** Index and spacing of the phantoms that fall ill. */
const ILL = (
  [
    [11, 0, 2],
    [11, 3, 3],
    [11, 7, 2.5],
    [2021, 1, 3],
    [2021, 4, 2],
    [2021, 8, 2.5],
  ] as const
).slice(0, Number(process.argv[2] ?? 6));

const left = [LEFT_LUNG];
const DISEASES: Record<string, (ct: Ct, lungs: LungLabels, extent: Extent) => Ct> = {
  'dorsal consolidation, both': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'dorsal' }),
  'dorsal consolidation, left': (ct, lungs, e) =>
    consolidate(ct, lungs, { ...e, where: 'dorsal', sides: left }),
  'effusion, both': (ct, lungs, e) => effusion(ct, lungs, e),
  'effusion, left': (ct, lungs, e) => effusion(ct, lungs, { ...e, sides: left }),
  'along the pleura, both': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'peripheral' }),
  'patches, both': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'patchy' }),
  'ground glass in patches, both': (ct, lungs, e) =>
    consolidate(ct, lungs, { ...e, where: 'patchy', hu: [-600, -300] }),
  'upper part, left': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'upper', sides: left }),
  'base, left': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'basal', sides: left }),
  'base, both': (ct, lungs, e) => consolidate(ct, lungs, { ...e, where: 'basal' }),
};

interface Told {
  readonly dice: number;
  /** Of the worse lung. */
  readonly percent: number;
  readonly dense: boolean;
  readonly base: boolean;
}

function tell(ct: Ct, truth: LungLabels): Told | string {
  const coarsened = coarsen(ct, -400);
  const { hu, grid } = coarsened.coarse;
  try {
    const { lungs } = findLungs(ct, coarsened, 8);
    const dense = denseLung(hu, grid, blockLabels(lungs.voxels, ct.geometry, coarsened.blocks));
    const flags = dense ? denseDoubts(dense) : [];
    return {
      dice: Math.min(...[RIGHT_LUNG, LEFT_LUNG].map((side) => dice(lungs.voxels, truth.voxels, side))),
      percent: dense ? Math.max(missingPercent(dense.right), missingPercent(dense.left)) : NaN,
      dense: flags.some((flag) => flag.startsWith('dense lung likely')),
      base: flags.some((flag) => flag.includes('the base of')),
    };
  } catch (thrown) {
    if (thrown instanceof LungflowError) return thrown.code;
    throw thrown;
  }
}

const cases: { name: string; ct: Ct; truth: LungLabels }[] = [];
for (const name of ['LIDC-IDRI-0001', 'LIDC-IDRI-0003']) {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}.nii.gz`, import.meta.url));
  if (!existsSync(path)) continue;
  const ct = (await readNifti(path)).volume as Ct;
  cases.push({ name, ct, truth: findLungs(ct, coarsen(ct, -400), 8).lungs });
}
const sound: [string, string][] = cases.map(({ name, ct, truth }) => [name, described(tell(ct, truth))]);
for (const seed of SEEDS) {
  for (let index = 0; index < SOUND_EACH; index++) {
    const { ct, lungs } = phantomVolume(index, seed, 2 + (index % 3) / 2);
    sound.push([`phantom ${index} of seed ${seed}`, described(tell(ct, lungs))]);
  }
}
process.stdout.write(`${markdownTable(['sound', 'Dice, estimate of the worse lung'], sound)}\n\n`);

for (const [seed, index, spacing] of ILL) {
  const { ct, lungs: truth } = phantomVolume(index, seed, spacing);
  cases.push({ name: `phantom ${index} of seed ${seed}`, ct, truth });
}
const rows: string[][] = [];
for (const [disease, make] of Object.entries(DISEASES)) {
  for (const share of SHARES) {
    const told = cases.map(({ ct, truth }) =>
      tell(make(ct, truth, { share: share / 100, seed: 7 * share }), truth),
    );
    const found = told.filter((one) => typeof one !== 'string');
    const span = (values: number[], digits: number) =>
      `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
    const refused = [...new Set(told.filter((one) => typeof one === 'string'))];
    rows.push([
      disease,
      `${share} %`,
      found.length > 0
        ? span(
            found.map((one) => one.dice),
            2,
          )
        : '',
      found.length > 0
        ? span(
            found.map((one) => one.percent),
            1,
          )
        : '',
      `${found.filter((one) => one.dense).length} of ${found.length}`,
      `${found.filter((one) => one.base).length}`,
      refused.map((code) => `${code}: ${told.filter((one) => one === code).length}`).join(', '),
    ]);
    process.stderr.write(`${rows.at(-1)!.join(' | ')}\n`);
  }
}
const HEADER = [
  'disease',
  'of each ill lung',
  'Dice, worse lung',
  'estimate, worse lung, %',
  'flagged dense',
  'flagged base',
  'refused',
];
process.stdout.write(`${markdownTable(HEADER, rows)}\n`);

function described(told: Told | string): string {
  if (typeof told === 'string') return told;
  return `${told.dice.toFixed(3)}, ${told.percent.toFixed(1)} %${told.dense || told.base ? ', FLAGGED' : ''}`;
}
