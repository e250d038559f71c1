/** Whether the header takes one of the patient's axes for another. */
import type { ChestShape } from './chest-shape.js';
import { voteOf } from './cue.js';
import { lungShapeCues } from './head-feet-cues.js';
import { binAt } from './quantiles.js';
import type { Turn } from './turn.js';

/** Fewest lung blocks in a plane of the middle over most on the poorer side: 0.1 at most across the chest, 0.9 and more along the other axes. */
const PARTED = 0.3;
const WHOLE = 0.7;
/** The middle part of the lungs' extent, in which they may part. */
const MIDDLE = [0.3, 0.7] as const;
/** Share of tissue in the scan's outermost planes: the body goes on at both ends of its length (0.19 and more) and hardly anywhere else (0.02). */
const GOES_ON = 0.1;
const ENDS = 0.05;
const TISSUE_HU = -300;

export interface SwappedAxes {
  readonly order: Turn['order'];
  readonly evidence: readonly string[];
}

export function swappedAxes(chest: ChestShape): SwappedAxes | undefined {
  const across = acrossAxis(chest);
  const along = alongAxis(chest, across);
  if (across === 0 && along === 2) return undefined;
  const evidence = [
    ...(across === 0 ? [] : ['how the lungs lie side by side']),
    ...(along === 2 ? [] : ['the scan’s ends']),
    ...(across === 0 ? ['the lungs’ shape'] : []),
  ];
  const order: [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2] = [1, 1, 1];
  order[across] = 0;
  order[along] = 2;
  return { order, evidence };
}

/** The header's axis along which the lungs lie side by side. */
function acrossAxis(chest: ChestShape): 0 | 1 | 2 {
  const dips = chest.profiles.map(dip);
  if (dips[0] < WHOLE) return 0;
  const other = dips[1] < dips[2] ? 1 : 2;
  return dips[other] < PARTED ? other : 0;
}

/** The header's axis along the body, other than that across it. */
function alongAxis(chest: ChestShape, across: 0 | 1 | 2): 0 | 1 | 2 {
  const [a, b] = ([2, 1, 0] as const).filter((axis) => axis !== across);
  const [first, second] = [endTissue(chest, a), endTissue(chest, b)];
  if (first >= ENDS || second <= GOES_ON) return a;
  return across === 0 && showsLength(chest) ? a : b;
}

/** Whether the lungs, one way up or the other, look as they do along the body. */
const showsLength = (chest: ChestShape): boolean =>
  lungShapeCues(chest).some((cue) => Math.abs(voteOf(cue)) >= 1);

function dip(profile: Float64Array): number {
  const [low, high] = [binAt(profile, 0.01), binAt(profile, 0.99)];
  const [from, to] = MIDDLE.map((share) => Math.round(low + share * (high - low)));
  let least = from;
  for (let i = from; i <= to; i++) if (profile[i] < profile[least]) least = i;
  const most = (first: number, last: number) => Math.max(...profile.subarray(first, last + 1));
  return profile[least] / Math.min(most(low, least), most(least, high));
}

/** Share of tissue in the outermost planes along an axis: of the two, the one with less. */
function endTissue({ hu, grid: { size } }: ChestShape, axis: 0 | 1 | 2): number {
  const strides = [1, size[0], size[0] * size[1]];
  const [b, c] = [0, 1, 2].filter((other) => other !== axis);
  const shares = [0, size[axis] - 1].map((plane) => {
    let tissue = 0;
    for (let k = 0; k < size[c]; k++)
      for (let j = 0; j < size[b]; j++)
        if (hu[plane * strides[axis] + j * strides[b] + k * strides[c]] > TISSUE_HU) tissue++;
    return tissue / (size[b] * size[c]);
  });
  return Math.min(...shares);
}
