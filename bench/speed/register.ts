/** Registering a scan's lungs, beside elastix in Python and in WebAssembly, and antsRegistration's recorded runs. */
import { loadAtlas } from '../../src/formats/atlas.js';
import {
  applyAffine,
  indexToPoint,
  type AffineLps,
  type PointLps,
} from '../../src/imaging/space/geometry.js';
import { register } from '../../stages/register/index.js';
import { NotRun } from '../not-run.js';
import { readCoded } from '../parity/registration-masks.js';
import { ANTS, antsRuns, antsSeconds, lungMask, type AntsRun } from './ants.js';
import { contest, contestFigures, runsOf, type Contested, type Contestant } from './contest.js';
import { elastixWasm } from './elastix-wasm-package.js';
import { oursOfStage } from './ours.js';
import { scans, type BenchScan } from './scans.js';
import { median, type Figure, type Section, type SpeedBench, type Taken } from './section.js';

export const registerSection: Section = {
  name: 'register',
  title: 'Register',
  about: `The stage \`register\` on one worker thread, the atlas's side made before. elastix (PyPI's \`itk-elastix\`, one thread; npm's
\`@itk-wasm/elastix\`) takes the same masks: its default affine parameters (Mattes mutual information, 4 resolutions, 2048 random samples,
adaptive stochastic gradient descent), started on the centres of gravity. antsRegistration ran with the published parameters on one
thread, three seeds a real scan, **without the full-resolution level**, which takes most of the time: the ratio is a lower bound of that to
the whole schedule. It takes minutes, so its runs are recorded in \`results/ants.json\`, in seconds of CPU. Distances are of the atlas's
landmarks to where ANTs' runs put them on average.`,
  async measure(bench) {
    const figures: Figure[] = [];
    for (const scan of await scans(bench.root, 2)) figures.push(...(await measureScan(bench, scan)));
    return figures;
  },
};

async function measureScan(bench: SpeedBench, scan: BenchScan): Promise<Figure[]> {
  const mask = await lungMask(bench.root, scan);
  const lungs = await readCoded(mask);
  const atlasMask = `${scan.atlas}/atlas_lung_mask.nii.gz`;
  const contestants: Contestant[] = [
    {
      name: 'ours',
      open: () =>
        oursOfStage(register({ atlas: scan.atlas, save: [] }), { lungs }, 1, {
          details: ({ atlasToSubject }) => ({ ...atlasToSubject }),
        }),
      bar: { atMost: 0.7 },
    },
    {
      name: 'elastix',
      open: () => bench.peer('register_elastix.py', [atlasMask, mask, '1'], 1),
      bar: { atLeast: 12 },
    },
    {
      name: '@itk-wasm/elastix',
      open: async () => bench.peer('elastix-wasm.js', [await elastixWasm(bench), atlasMask, mask], 1),
      bar: { atLeast: 12 },
    },
  ];
  const contested = await contest(bench, contestants);
  return [
    ...contestFigures(scan.name, contestants, contested),
    ...(await besideAnts(bench, scan, contested)),
  ];
}

async function besideAnts(bench: SpeedBench, scan: BenchScan, contested: Contested): Promise<Figure[]> {
  const seconds = { what: ANTS, over: scan.name, unit: 's of CPU', recorded: true };
  const ratio = { ...seconds, what: 'that over ours', unit: 'times', bar: { atLeast: 200 } };
  const ours = runsOf(contested, 'ours') as readonly Taken[];
  let ants: readonly AntsRun[];
  try {
    ants = await antsRuns(bench, scan);
  } catch (thrown) {
    if (!(thrown instanceof NotRun)) throw thrown;
    return [seconds, ratio].map((figure) => ({ ...figure, notRun: thrown.message }));
  }
  return [
    { ...seconds, runs: ants.map((run) => run.cpuSeconds) },
    { ...ratio, runs: ours.map((run) => antsSeconds(ants) / run.seconds) },
    ...(ants.length > 1 ? await distances(scan, contested, ants) : []),
  ];
}

/** Of each contestant's landmarks to ANTs' mean; ours is to be nearer than any. */
async function distances(scan: BenchScan, contested: Contested, ants: readonly AntsRun[]): Promise<Figure[]> {
  const landmarks = await atlasLandmarks(scan.atlas);
  const theirs = ants.map((run) => landmarks.map((point) => applyAffine(run, point)));
  const means = landmarks.map((_, i) =>
    [0, 1, 2].map((axis) => theirs.reduce((sum, run) => sum + run[i][axis], 0) / theirs.length),
  );
  const distance = (affine: AffineLps) => {
    const apart = landmarks.map((point, i) =>
      Math.hypot(...applyAffine(affine, point).map((mm, axis) => mm - means[i][axis])),
    );
    return apart.reduce((sum, mm) => sum + mm, 0) / apart.length;
  };
  const found = [...contested].map(([name, runs]) => ({
    what: `${name}, landmarks from ANTs’ mean`,
    over: scan.name,
    unit: 'mm',
    ...(runs instanceof NotRun
      ? { notRun: runs.message }
      : { runs: runs.map((run) => distance(run as Taken & AffineLps)) }),
  }));
  const [ours, ...peers] = found;
  const nearest = Math.min(...peers.flatMap((peer) => ('runs' in peer ? [median(peer.runs)] : [])));
  return [Number.isFinite(nearest) ? { ...ours, bar: { atMost: nearest } } : ours, ...peers];
}

async function atlasLandmarks(directory: string): Promise<PointLps[]> {
  const { cornersXyz, count, lungs } = (await loadAtlas(directory)).atlas;
  return Array.from({ length: count }, (_, i) =>
    indexToPoint(lungs.geometry, [cornersXyz[3 * i], cornersXyz[3 * i + 1], cornersXyz[3 * i + 2]]),
  );
}
