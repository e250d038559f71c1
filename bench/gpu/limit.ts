/** What holds the encoder back on a card, told from its time and from what each part of the work would take by itself. */

/** Seconds that each would take alone, were it all; undefined where the card's peak is not known. */
export interface Bounds {
  /** At the card's peak. */
  readonly arithmetic: number | undefined;
  /** Its traffic, at the bandwidth of a copy. */
  readonly memory: number | undefined;
  /** The patches' way to the card, at the measured rate. */
  readonly upload: number | undefined;
  /** Launching the kernels of each batch and waiting for them, whatever they compute. */
  readonly launches: number | undefined;
}

const NAMES: Readonly<Record<keyof Bounds, string>> = {
  arithmetic: 'arithmetic',
  memory: 'memory traffic',
  upload: 'upload',
  launches: 'launches',
};

/** A part that alone would take this share of the time is what limits. */
const LIMITS = 0.5;

export function limitOf(seconds: number, bounds: Bounds): string {
  const parts = (Object.keys(NAMES) as (keyof Bounds)[]).map((part) => ({
    name: NAMES[part],
    share: (bounds[part] ?? NaN) / seconds,
  }));
  const known = parts.filter(({ share }) => !Number.isNaN(share)).toSorted((a, b) => b.share - a.share);
  const unknown = parts.filter(({ share }) => Number.isNaN(share)).map(({ name }) => name);
  const shares = known.map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
  const missing = unknown.length === 0 ? '' : ` (not known: ${unknown.join(', ')})`;
  return `${verdict(known[0], unknown)} Alone, each part would take of the encoder's time: ${shares}${missing}.`;
}

const percent = (share: number) =>
  share < 0.001 ? 'less than 0.1 %' : `${Number((100 * share).toPrecision(2))} %`;

function verdict({ name, share }: { name: string; share: number }, unknown: readonly string[]): string {
  if (share >= LIMITS) return `What limits the encoder: ${name}.`;
  return unknown.length > 0
    ? 'What limits the encoder cannot be told without the peaks of the card: --peak-tflops, --peak-gbs.'
    : 'What limits the encoder: its kernels, which come near no peak of the card.';
}
