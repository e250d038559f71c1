import { distance } from 'fastest-levenshtein';

/** The valid name that was probably meant: few edits away, or one that continues what was written. */
export function nearest(written: string, valid: Iterable<string>): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const wanted = plain(written.slice(0, 100));
  let best: { name: string; edits: number } | undefined;
  for (const name of valid) {
    const edits = isSlip(wanted, plain(name)) ? 1 : distance(wanted, plain(name));
    if (edits <= Math.max(1, Math.floor(name.length / 3)) && edits < (best?.edits ?? Infinity))
      best = { name, edits };
  }
  return best?.name;
}

/** Cut short, or with letters swapped: nearer than edits alone would say. */
const isSlip = (written: string, name: string) =>
  written.length >= 3 && (name.startsWith(written) || sorted(written) === sorted(name));

const sorted = (text: string) => Array.from(text).sort().join('');

/** `a`, `b` or `c`. */
export function listNames(names: Iterable<string>, last = 'or'): string {
  const quoted = [...names].map((name) => `\`${name}\``);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)!}`;
}
