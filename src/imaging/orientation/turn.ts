/** How a scan may lie to what its header says: patient axes taken for one another, or run the wrong way. */

type Triple<T> = readonly [T, T, T];

/** Patient axes in the order left-right, front-back, head-feet. */
export interface Turn {
  /** For each axis of the header's, which of the patient's axes truly runs along it. */
  readonly order: Triple<0 | 1 | 2>;
  /** ... and whether it runs the other way. */
  readonly flips: Triple<boolean>;
}

const AXES = ['left-right', 'front-back', 'head-feet'] as const;
const ORDERS: readonly Turn['order'][] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [2, 1, 0],
  [1, 2, 0],
  [2, 0, 1],
];
const FLIPS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits): Turn['flips'] => [
  (bits & 1) !== 0,
  (bits & 2) !== 0,
  (bits & 4) !== 0,
]);

/** All 48; the first is as the header says, and what is simpler comes before what is less so. */
export const TURNS: readonly Turn[] = ORDERS.flatMap((order) =>
  FLIPS.map((flips) => ({ order, flips })),
).sort((a, b) => changes(a) - changes(b));

/** How many axes are not what the header says. */
export function changes({ order, flips }: Turn): number {
  return order.filter((axis, header) => axis !== header).length + flips.filter(Boolean).length;
}

/**
 * In words, to follow "this scan": what is wrong with it as stored.
 * @param sidesTold whether left and right are known, and with them a half turn from a mirror image
 */
export function causeOf({ order, flips: [x, y, z] }: Turn, sidesTold = true): string {
  const moved = AXES.filter((_, axis) => order[axis] !== axis);
  if (moved.length > 0) return `may have its axes swapped (${moved.join(' and ')})`;
  const wrong = [
    ...(z ? ['stored upside down (head and feet exchanged)'] : []),
    ...(y ? ['stored front to back (front and back exchanged)'] : []),
    ...(x ? ['mirrored left-right'] : []),
  ];
  const pair = x !== y ? (z ? (x ? 'front-back' : 'left-right') : '') : x && !z ? 'long' : '';
  const half =
    pair && sidesTold
      ? `, which is half a turn about the ${pair === 'long' ? 'body’s long' : pair} axis`
      : '';
  return `may be ${listed(wrong)}${half}`;
}

/** `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
