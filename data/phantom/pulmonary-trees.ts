/** Airways, arteries and veins of both lungs, in the mean shape: arteries run beside airways, veins between them. */
import { chain, type Point3, type Tube } from './distance.js';
import { meanChest, type Surfaces } from './fields.js';
import { fissureDistance, lobeAt, type Lobe } from './lungs.js';
import { between, purpose, randomFor, type Random } from './random.js';
import { growTree, type Branch } from './tree.js';
import { lobeRoots } from './tracts.js';

export interface PulmonaryTrees {
  /** Lobar bronchi, as far as the lobes' own trees. */
  readonly bronchi: readonly Tube[];
  readonly airways: readonly Tube[];
  readonly vessels: readonly Tube[];
}

/** Mean distance of neighbouring tips, mm: about the size of a secondary lobule. */
const TIP_PITCH = 10.5;
/** Tips keep away from the pleura and the fissures. */
const BARE = 3.5;
/** Airways thinner than this are not seen in a CT. */
const THINNEST_AIRWAY = 0.75;
/** r ~ tips^(1/2.8): near Murray's cube law, as measured in human pulmonary arteries (Huang et al. 1996). */
const EXPONENT = 2.8;

type Root = readonly (readonly [number, number, number, number])[];

export function growPulmonaryTrees(seed: number, index: number): PulmonaryTrees {
  const bronchi: Tube[] = [];
  const airways: Tube[] = [];
  const vessels: Tube[] = [];
  const airRandom = randomFor(seed, index, purpose.airways);
  const veinRandom = randomFor(seed, index, purpose.veins);
  const airTips = tipsByLobe(airRandom);
  const veinTips = tipsByLobe(veinRandom);
  for (const [lobe, roots] of Object.entries(lobeRoots) as [
    Lobe,
    Record<'airway' | 'artery' | 'vein', Root>,
  ][]) {
    const branches = growTree(endOf(roots.airway), airTips[lobe], airRandom);
    const airCalibre = calibre(roots.airway, branches);
    const arteryCalibre = calibre(roots.artery, branches);
    bronchi.push(...chain(...roots.airway));
    airways.push(
      ...branches.map(tubeOf(airCalibre)).filter(({ startRadius }) => startRadius > THINNEST_AIRWAY),
    );
    vessels.push(...chain(...roots.artery), ...chain(...roots.vein));
    vessels.push(...accompany(branches, roots.artery, airCalibre, arteryCalibre));
    const veins = growTree(endOf(roots.vein), veinTips[lobe], veinRandom);
    vessels.push(...veins.map(tubeOf(calibre(roots.vein, veins))));
  }
  return { bronchi, airways, vessels };
}

/** A jittered grid of points inside each lobe. */
function tipsByLobe(random: Random): Record<Lobe, Point3[]> {
  const tips: Record<Lobe, Point3[]> = {
    rightUpper: [],
    rightMiddle: [],
    rightLower: [],
    leftUpper: [],
    leftLower: [],
  };
  const at: Surfaces = { cavity: 0, right: 0, left: 0, heart: 0 };
  const jitter = (cell: number): number => (cell + between(random, -0.45, 0.45)) * TIP_PITCH;
  for (let k = -13; k <= 12; k++)
    for (let j = -9; j <= 9; j++)
      for (let i = -13; i <= 13; i++) {
        const point: Point3 = [jitter(i), jitter(j), jitter(k)];
        meanChest().sample(...point, at);
        if (Math.min(at.right, at.left) > -BARE || fissureDistance(...point) < BARE) continue;
        tips[lobeAt(point)].push(point);
      }
  return tips;
}

const endOf = (root: Root): Point3 => [root.at(-1)![0], root.at(-1)![1], root.at(-1)![2]];

/** Radius by number of tips, so that the first branch continues the root. */
function calibre(root: Root, branches: readonly Branch[]): (tips: number) => number {
  const all = branches[0]?.tips ?? 1;
  return (tips) => root.at(-1)![3] * (tips / all) ** (1 / EXPONENT);
}

const tubeOf =
  (radius: (tips: number) => number) =>
  ({ from, to, tips, parentTips }: Branch): Tube => ({
    from,
    to,
    startRadius: Math.min(radius(parentTips), 1.2 * radius(tips)),
    endRadius: radius(tips),
  });

/** The artery of each airway: side by side with it, on the side where the lobe's artery comes in. */
function accompany(
  branches: readonly Branch[],
  root: Root,
  airCalibre: (tips: number) => number,
  arteryCalibre: (tips: number) => number,
): Tube[] {
  const first = branches[0];
  const side = minus(endOf(root), first.from);
  const length = Math.hypot(...side);
  const beside = (point: Point3, tips: number): Point3 => {
    const shift = tips === 1 ? 0 : (airCalibre(tips) + arteryCalibre(tips) + 0.8) / length;
    return [point[0] + shift * side[0], point[1] + shift * side[1], point[2] + shift * side[2]];
  };
  return branches.map((branch) => ({
    ...tubeOf(arteryCalibre)(branch),
    from: branch === first ? endOf(root) : beside(branch.from, branch.parentTips),
    to: beside(branch.to, branch.tips),
  }));
}

const minus = (a: Point3, b: Point3): Point3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
