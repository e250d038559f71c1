/** Which way round the patient lies, told from the scan: 20 phantoms and both LIDC scans, under a true header and seven that lie. */
import { phantomVolume } from '../../data/phantom/phantom.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { blockLabels } from '../../src/imaging/labels/block-labels.js';
import { voteOf, type Cue } from '../../src/imaging/orientation/cue.js';
import { judgeOrientation, type Orientation } from '../../src/imaging/orientation/judge-orientation.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { coarsen } from '../../src/imaging/segmentation/coarse-ct.js';
import { findLungs } from '../../src/imaging/segmentation/find-lungs.js';
import { LIES, mirroredHeader } from '../../test/stages/lying-header.js';
import type { Quantity, Row } from './row.js';

const SEEDS = [11, 2021];
const PHANTOMS_A_SEED = 10;
const SPACING_MM = 2.5;
const SCANS = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'];
/** The axis that each group of cues is about, in the order of a turn's flips. */
const GROUPS = ['leftRight', 'frontBack', 'headFeet'] as const;

export const sides: Row = {
  name: 'sides',
  async measure(bench) {
    const told: Record<string, number> = {};
    const cues = new Map<string, { true: Record<string, number>; lies: Record<string, number> }>();
    const sums = { true: {} as Record<string, number>, lies: {} as Record<string, number> };

    function judge(name: string, { voxels, geometry }: CtVolume): void {
      told[name] = 0;
      for (const [lie, axes] of Object.entries({ none: [], ...LIES })) {
        const header = mirroredHeader(geometry, axes);
        const ct = { voxels, geometry: header };
        const coarsened = coarsen(ct, -400);
        const { coarse, blocks } = coarsened;
        const { lungs } = findLungs(ct, coarsened, 8);
        const seen = judgeOrientation({ ...coarse, labels: blockLabels(lungs, blocks) });
        if (isNamed(seen, axes)) told[name]++;
        GROUPS.forEach((group, axis) => {
          const lying = (axes as readonly number[]).includes(axis);
          const which = lying ? 'lies' : 'true';
          const key = `${name}, ${lie}`;
          const votes = sumOf(seen.cues[group]) * (lying ? -1 : 1);
          sums[which][name] = Math.min(votes, sums[which][name] ?? Infinity);
          for (const cue of seen.cues[group]) {
            if (cue.value === undefined) continue;
            const what = `${WHAT[group]} by ${cue.name}`;
            if (!cues.has(what)) cues.set(what, { true: {}, lies: {} });
            cues.get(what)![which][key] = cue.value;
          }
        });
      }
    }

    for (const scan of SCANS) judge(scan, (await readNifti(bench.shared(`data/${scan}.nii.gz`))).volume);
    for (const seed of SEEDS)
      for (let index = 0; index < PHANTOMS_A_SEED; index++)
        judge(`phantom ${index}, seed ${seed}`, phantomVolume(index, seed, SPACING_MM).ct);
    for (const [what, { true: sound, lies }] of [...cues].sort(([a], [b]) => (a < b ? -1 : 1)))
      process.stdout.write(`${what}: true ${range(sound)}, lies ${range(lies)}\n`);
    const against = 'header known';
    const quantities: Quantity[] = [
      {
        what: 'headers told as they are, of a true one and 7 that lie',
        against,
        bar: { atLeast: 8 },
        cases: told,
      },
      {
        what: 'least votes of 3 or 4 for an axis that is true',
        against,
        bar: { atLeast: 1 },
        cases: sums.true,
      },
      { what: 'least votes of 3 or 4 against one that lies', against, bar: { atLeast: 1 }, cases: sums.lies },
    ];
    return quantities;
  },
};

const WHAT = { leftRight: 'left-right', frontBack: 'front-back', headFeet: 'head-feet' } as const;

const isNamed = ({ turn: { order, flips } }: Orientation, axes: readonly number[]): boolean =>
  order.every((axis, header) => axis === header) && flips.every((flip, axis) => flip === axes.includes(axis));

const sumOf = (cues: readonly Cue[]) => cues.reduce((sum, cue) => sum + voteOf(cue), 0);

function range(cases: Record<string, number>): string {
  const values = Object.values(cases);
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} (${values.length})`;
}
