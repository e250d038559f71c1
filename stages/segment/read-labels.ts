/** Which of a mask's labels are the right lung and which the left: as told by the user, or by a known scheme that the sides of the body bear out. */
import { inputError, type LungflowError } from '../../src/core/errors.js';
import { labelSchemes, type LabelScheme } from '../../src/imaging/labels/label-schemes.js';
import { inMl, listLabels, sideOf, volumeOf, type MaskLabel } from './mask-label.js';

/** Values of each lung, as a pipeline file gives them. */
export interface GivenLabels {
  readonly right: readonly number[];
  readonly left: readonly number[];
}

export interface LabelReading extends GivenLabels {
  /** What a user should know about it: whole clauses. */
  readonly notes: readonly string[];
}

/** Labels that a scheme does not know are strays below this share of its lungs' volume, all together. */
const STRAY_SHARE = 0.01;

/** @throws LungflowError `mask-labels` */
export function readGiven(labels: readonly MaskLabel[], given: GivenLabels): LabelReading {
  for (const side of ['right', 'left'] as const) {
    if (labels.some(({ value }) => given[side].includes(value))) continue;
    throw inputError(
      'mask-labels',
      `The lung mask has no ${side} lung, which \`labels\` says is ${given[side].join(', ')}: it holds ${listLabels(labels) || 'nothing but 0'}.`,
      'Correct `labels` of the segment stage, or the mask.',
    );
  }
  const absent = [...given.right, ...given.left].filter((named) =>
    labels.every(({ value }) => value !== named),
  );
  const notes = absent.map((value) => `the lung mask has no label ${value}, which \`labels\` names`);
  return { ...given, notes };
}

/**
 * A scheme fits when each of its labels lies on its side of the body, and what it does not know is but strays. Of several that
 * fit, the one with the largest lungs: the other's are strays of it.
 * @param labels the largest first
 * @throws LungflowError `mask-labels` when no known scheme fits
 */
export function readByScheme(labels: readonly MaskLabel[]): LabelReading {
  if (labels.length === 0) {
    const remedy = 'Give a mask in which each lung has a label of its own.';
    throw inputError('mask-labels', 'The lung mask holds nothing but 0.', remedy);
  }
  const best = labelSchemes
    .map((scheme) => sortedBy(scheme, labels))
    .filter(fits)
    .sort((a, b) => lungMl(b) - lungMl(a))
    .at(0);
  if (best === undefined) throw unknownScheme(labels);
  return { right: best.scheme.right, left: best.scheme.left, notes: notesOn(best) };
}

interface SortedLabels {
  readonly scheme: LabelScheme;
  readonly right: readonly MaskLabel[];
  readonly left: readonly MaskLabel[];
  readonly outside: readonly MaskLabel[];
  readonly infection: readonly MaskLabel[];
  readonly strays: readonly MaskLabel[];
}

function sortedBy(scheme: LabelScheme, labels: readonly MaskLabel[]): SortedLabels {
  const { from = 1, to = 0 } = scheme.outside ?? {};
  const placeOf = ({ value }: MaskLabel) => {
    if (scheme.right.includes(value)) return 'right';
    if (scheme.left.includes(value)) return 'left';
    if (value === scheme.infection) return 'infection';
    return value >= from && value <= to && Number.isInteger(value) ? 'outside' : 'strays';
  };
  const among = (place: string) => labels.filter((label) => placeOf(label) === place);
  return {
    scheme,
    right: among('right'),
    left: among('left'),
    outside: among('outside'),
    infection: among('infection'),
    strays: among('strays'),
  };
}

const lungMl = ({ right, left }: SortedLabels): number => volumeOf(right) + volumeOf(left);

function fits(sorted: SortedLabels): boolean {
  const { scheme, outside, infection, strays } = sorted;
  const lungs = lungMl(sorted);
  const everything = lungs + [outside, infection, strays].reduce((sum, part) => sum + volumeOf(part), 0);
  return (
    (['right', 'left'] as const).every((side) => liesOn(side, sorted[side], STRAY_SHARE * lungs)) &&
    volumeOf(strays) < STRAY_SHARE * lungs &&
    volumeOf(outside) <= (scheme.outside?.mostShare ?? Infinity) * lungs &&
    lungs >= STRAY_SHARE * everything
  );
}

/** Whether a lung lies on its side as a whole, and so does each part of it that is no speck. */
function liesOn(side: 'right' | 'left', parts: readonly MaskLabel[], speckMl: number): boolean {
  const whole = { ml: volumeOf(parts), rightMl: parts.reduce((sum, { rightMl }) => sum + rightMl, 0) };
  return (
    parts.length > 0 &&
    sideOf(whole) === side &&
    parts.every((part) => part.ml < speckMl || sideOf(part) === side)
  );
}

function notesOn({ scheme, infection, strays }: SortedLabels): string[] {
  const notes: string[] = [];
  if (scheme.doubt !== undefined) {
    notes.push(
      `the lung mask's label ${scheme.left.join()} lies on the patient's left and ${scheme.right.join()} on the right, and they were read so; ${scheme.doubt} (\`labels\` of the segment stage settles it)`,
    );
  }
  for (const { value, ml } of infection)
    notes.push(`the lung mask's label ${value} (infection, ${inMl(ml)}) was left out of both lungs`);
  if (strays.length > 0) {
    const several = strays.length > 1;
    notes.push(
      `the lung mask's ${several ? 'labels' : 'label'} ${listLabels(strays)} ${several ? 'are' : 'is'} unknown to its scheme, ${scheme.name}, and ${several ? 'were' : 'was'} ignored`,
    );
  }
  return notes;
}

function unknownScheme(labels: readonly MaskLabel[]): LungflowError {
  return inputError(
    'mask-labels',
    `The lung mask's labels cannot be told into a right and a left lung: ${listLabels(labels)}.`,
    `Say which they are in \`labels\` of the segment stage${exampleOf(labels)}; each lung needs labels of its own.`,
  );
}

const EXAMPLE_MOST = 8;

/** What the user may well mean, never taken without being said. */
function exampleOf(labels: readonly MaskLabel[]): string {
  const large = labels.filter(({ ml }) => ml >= STRAY_SHARE * volumeOf(labels));
  const on = (side: string) => large.filter((label) => sideOf(label) === side).map(({ value }) => value);
  const [right, left] = [on('right').sort((a, b) => a - b), on('left').sort((a, b) => a - b)];
  const sayable = [...right, ...left].every((value) => Number.isInteger(value) && value > 0);
  if (right.length === 0 || left.length === 0 || large.length > EXAMPLE_MOST || !sayable) return '';
  return `, for example \`labels: {right: [${right.join(', ')}], left: [${left.join(', ')}]}\``;
}
