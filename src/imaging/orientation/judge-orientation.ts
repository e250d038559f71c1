/** Which way round a chest lies, told from the chest itself, and whether that is what the header says. */
import { flipBlocks, type ChestBlocks } from './blocks.js';
import { chestShape } from './chest-shape.js';
import { against, speakAgainst, type Cue } from './cue.js';
import { frontBackCues } from './front-back-cues.js';
import { headFeetCues } from './head-feet-cues.js';
import { leftRightCues } from './left-right-cues.js';
import { swappedAxes } from './swapped-axes.js';
import { causeOf, listed, type Turn } from './turn.js';

export interface Orientation {
  readonly turn: Turn;
  /** What speaks for it where the turn is not what the header says. */
  readonly evidence: readonly string[];
  /** As seen: those of an axis are taken after the ones before were put right. */
  readonly cues: Readonly<Record<'headFeet' | 'frontBack' | 'leftRight', readonly Cue[]>>;
}

/** Head and feet first: what tells front from back lies low or high; then what tells left from right, in front or behind. */
export function judgeOrientation(blocks: ChestBlocks): Orientation {
  let chest = chestShape(blocks);
  const swapped = swappedAxes(chest);
  if (swapped) {
    const turn: Turn = { order: swapped.order, flips: [false, false, false] };
    return { turn, evidence: swapped.evidence, cues: { headFeet: [], frontBack: [], leftRight: [] } };
  }
  const headFeet = headFeetCues(chest);
  const flipZ = speakAgainst(headFeet);
  if (flipZ) chest = chestShape(flipBlocks(chest, [false, false, true]));
  const frontBack = frontBackCues(chest);
  const flipY = speakAgainst(frontBack);
  if (flipY) chest = chestShape(flipBlocks(chest, [false, true, false]));
  const leftRight = leftRightCues(chest);
  const flipX = speakAgainst(leftRight);
  const evidence = [
    ...(flipZ ? against(headFeet) : []),
    ...(flipY ? against(frontBack) : []),
    ...(flipX ? against(leftRight) : []),
  ];
  return {
    turn: { order: [0, 1, 2], flips: [flipX, flipY, flipZ] },
    evidence: [...new Set(evidence)],
    cues: { headFeet, frontBack, leftRight },
  };
}

/** One line, or undefined where all is as the header says. */
export function orientationDoubt({ turn, evidence }: Orientation): string | undefined {
  if (evidence.length === 0) return undefined;
  return `this scan ${causeOf(turn)}, judged by ${listed(evidence)}: check its header and how it was converted`;
}
