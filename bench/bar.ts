/** A bar that a measured number has to clear. */
export type Bar = { readonly atMost: number } | { readonly atLeast: number };

/** NaN clears no bar. */
export function clears(value: number, bar: Bar): boolean {
  if (!Number.isFinite(value)) return false;
  return 'atMost' in bar ? value <= bar.atMost : value >= bar.atLeast;
}
