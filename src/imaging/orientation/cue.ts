/** One piece of evidence for which way round a chest lies. */

export interface Cue {
  /** What is looked at. */
  readonly name: string;
  /** Positive where it lies as the header says; undefined where it is not to be seen. */
  readonly value: number | undefined;
  /** The value that is as telling as one piece of evidence gets. */
  readonly clear: number;
}

/** -1 (clearly the other way) to 1. A cue that is not to be seen says nothing. */
export const voteOf = ({ value, clear }: Cue): number =>
  value === undefined || Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value / clear));

/** A vote below this speaks against the header. */
const AGAINST = -0.25;
/** Votes of all cues together at which the header is doubted: three to four are asked, and a sound scan has them on its side. */
const DOUBT = -1;

/** No single cue, however clear, is enough: disease and variants mislead each of them. */
export function speakAgainst(cues: readonly Cue[]): boolean {
  const votes = cues.map(voteOf);
  return votes.reduce((sum, vote) => sum + vote, 0) <= DOUBT && votes.filter((v) => v <= AGAINST).length >= 2;
}

/** Names of the cues that speak against the header. */
export const against = (cues: readonly Cue[]): string[] =>
  cues.filter((cue) => voteOf(cue) <= AGAINST).map(({ name }) => name);
