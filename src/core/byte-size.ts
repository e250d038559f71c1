/** Amounts of memory and disk in words, both ways. Units are powers of 1024: 8 GB are what batch systems call 8G. */
import bytes from 'bytes';

/** `1.2 GB`, `262 MB`, `5.4 kB`: a digit behind the point where there is one before it. */
export function asBytes(n: number): string {
  const [value, unit] = (bytes(n, { decimalPlaces: 2, unitSeparator: ' ' }) ?? '? B').split(' ');
  const digits = unit !== 'B' && Number(value) < 10 ? 1 : 0;
  return `${Number(value).toFixed(digits)} ${unit === 'KB' ? 'kB' : unit}`;
}

/** `8GB`, `8 GiB` and `8g` alike. @returns undefined for what is no amount */
export const parseBytes = (text: string): number | undefined =>
  bytes.parse(text.trim().replace(/i?b?$/i, 'b')) ?? undefined;
