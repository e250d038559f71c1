/** Pickles by hand: each function gives the bytes of one value. */
export type Pickled = Buffer;

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const uint32 = (n: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(n);
  return buffer;
};

/** Opcodes as latin1 text, values, in order. */
export const code = (...parts: readonly (string | Buffer)[]): Pickled =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytes(part) : part)));

/** The whole pickle of a value. */
export const pickle = (value: Pickled): Buffer => code('\x80\x02', value, '.');

export const NONE = code('N');
export const text = (value: string): Pickled =>
  code('X', uint32(Buffer.byteLength(value)), Buffer.from(value));
export const global = (module: string, name: string): Pickled => code(`c${module}\n${name}\n`);
export const tuple = (...items: readonly Pickled[]): Pickled => code('(', ...items, 't');
export const list = (...items: readonly Pickled[]): Pickled => code('](', ...items, 'e');
export const dict = (entries: Readonly<Record<string, Pickled>>): Pickled =>
  code('}(', ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), 'u');
export const call = (callee: Pickled, ...args: readonly Pickled[]): Pickled =>
  code(callee, tuple(...args), 'R');

/** Any whole number, as LONG1: torch's storages may hold more than 2^31. */
export function whole(value: number | bigint): Pickled {
  const buffer = Buffer.alloc(9);
  buffer.writeBigInt64LE(BigInt(value));
  return code('\x8a\x09', BigInt(value) < 0 ? buffer.fill(0xff, 8) : buffer);
}
export const wholes = (...values: readonly (number | bigint)[]): Pickled => tuple(...values.map(whole));
export const memoized = (index: number): string => `r${uint32(index).toString('latin1')}`;
export const recalled = (index: number): string => `j${uint32(index).toString('latin1')}`;
