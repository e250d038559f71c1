/**
 * What is told of dense lung, over phantoms and the two LIDC scans with 0 to 60 % of their lungs made dense:
 * `npm run dense-lung [-- phantoms]`. Prints Markdown. The truth of a phantom is its own, that of a scan our labels of it as it is.
 * The estimate is that of the worse lung, and so is Dice.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { consolidate, effusion, type Consolidation, type Extent } from '../data/phantom/disease.js';
import { phantomVolume } from '../data/phantom/phantom.js';
import { LungflowError } from '../src/core/errors.js';
import { readNifti } from '../src/formats/nifti/index.js';
import { blockLabels } from '../src/imaging/labels/block-labels.js';
import { LEFT_LUNG, RIGHT_LUNG, type LungLabels, type Volume } from '../src/imaging/space/volume.js';
import { coarsen } from '../src/imaging/segmentation/coarse-ct.js';
import { denseDoubts } from '../stages/segment/dense-doubts.js';
import { denseLung, missingPercent } from '../src/imaging/segmentation/dense-lung.js';
import { findLungs } from '../src/imaging/segmentation/find-lungs.js';
import { dice } from '../test/imaging/segmentation/dice.js';
import { markdownTable } from './markdown.js';

type Ct = Volume<Int16Array<SharedArrayBuffer>>;

const SHARES = [5, 10, 15, 20, 30, 38, 50, 60];
/** Ten of each, 2 to 3 mm, as they are. */
const SEEDS = [11, 2021];
const SOUND_EACH = 10;
/** Seed and index of the phantoms that fall ill. */
const ILL = (
  [
    [11, 0],
    [11, 3],
    [11, 7],
    [2021, 1],
    [2021, 4],
    [2021, 8],
  ] as const
).slice(0, Number(process.argv[2] ?? 6));
const ILL_MM = 3;

interface Disease {
  readonly shares: readonly number[];
  readonly make: (ct: Ct, lungs: LungLabels, extent: Extent) => Ct;
}
const left = [LEFT_LUNG];
const few = [10, 20, 38, 60];
const filling =
  (options: Omit<Consolidation, 'share'>): Disease['make'] =>
  (ct, lungs, extent) =>
    consolidate(ct, lungs, { ...extent, ...options });
const DISEASES: Record<string, Disease> = {
  'dorsal consolidation, both': { shares: SHARES, make: filling({ where: 'dorsal' }) },
  'effusion, both': { shares: SHARES, make: effusion },
  'effusion, left': {
    shares: SHARES,
    make: (ct, lungs, extent) => effusion(ct, lungs, { ...extent, sides: left }),
  },
  'ground glass in patches, both': {
    shares: SHARES,
    make: filling({ where: 'patchy', hu: [-600, -300] }),
  },
  'patches, both': { shares: few, make: filling({ where: 'patchy' }) },
  'along the pleura, both': { shares: few, make: filling({ where: 'peripheral' }) },
  'upper part, left': { shares: few, make: filling({ where: 'upper', sides: left }) },
  'base, left': { shares: few, make: filling({ where: 'basal', sides: left }) },
  'base, both': { shares: few, make: filling({ where: 'basal' }) },
  'upper part, both': { shares: few, make: filling({ where: 'upper' }) },
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
    const dense = denseLung(hu, grid, blockLabels(lungs, coarsened.blocks));
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

const sound: [string, string][] = [];
const cases: { ct: Ct; truth: LungLabels }[] = [];
for (const name of ['LIDC-IDRI-0001', 'LIDC-IDRI-0003']) {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}.nii.gz`, import.meta.url));
  if (!existsSync(path)) continue;
  const ct = (await readNifti(path)).volume as Ct;
  sound.push([name, described(tell(ct, findLungs(ct, coarsen(ct, -400), 8).lungs))]);
  const thin = thinned(ct);
  cases.push({ ct: thin, truth: findLungs(thin, coarsen(thin, -400), 8).lungs });
}
for (const seed of SEEDS) {
  for (let index = 0; index < SOUND_EACH; index++) {
    const { ct, lungs } = phantomVolume(index, seed, 2 + (index % 3) / 2);
    sound.push([`phantom ${index} of seed ${seed}`, described(tell(ct, lungs))]);
  }
}
process.stdout.write(`${markdownTable(['sound', 'Dice, estimate of the worse lung'], sound)}\n\n`);

for (const [seed, index] of ILL) {
  const { ct, lungs: truth } = phantomVolume(index, seed, ILL_MM);
  cases.push({ ct, truth });
}
const rows: string[][] = [];
for (const [disease, { shares, make }] of Object.entries(DISEASES)) {
  for (const share of shares) {
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

/** Every second voxel in the axial plane: a table of scans as they are takes hours. */
function thinned({ voxels, geometry }: Ct): Ct {
  const [nx, ny, nz] = geometry.size;
  const [mx, my] = [nx >> 1, ny >> 1];
  const thin = new Int16Array(new SharedArrayBuffer(2 * mx * my * nz));
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < my; j++)
      for (let i = 0; i < mx; i++, at++) thin[at] = voxels[2 * i + nx * (2 * j + ny * k)];
  const [sx, sy, sz] = geometry.spacing;
  return { voxels: thin, geometry: { ...geometry, size: [mx, my, nz], spacing: [2 * sx, 2 * sy, sz] } };
}
