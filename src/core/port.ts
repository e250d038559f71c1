/** A port is a named, typed value that travels with a scan: one stage gives it, later stages need it. */

declare const carried: unique symbol;

/** What is known of a value before there is one. `T`: its type. */
export interface Port<T> {
  /** The value's type in words, shown by `pipeline stages` and compared when a pipeline file is checked. */
  readonly type: string;
  /** One line: meaning, units, axis order. */
  readonly about: string;
  /** Phantom: never present at run time. */
  readonly [carried]?: T;
}

/** Ports by name. */
export type PortMap = Readonly<Record<string, Port<unknown>>>;

/** The values that a set of ports carries. */
export type Values<P extends PortMap> = { [K in keyof P]: P[K] extends Port<infer T> ? T : never };

/** Declares a port; its name is the key under which it stands in `needs` and `gives`. */
export function port<T>(type: string, about: string): Port<T> {
  return { type, about };
}

/** Bytes held by a value: every distinct buffer below it, counted once. The runtime's memory account. */
export function bytesHeld(value: unknown, seen = new Set<unknown>()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return value.byteLength;
  if (ArrayBuffer.isView(value)) return bytesHeld(value.buffer, seen);
  return Object.values(value).reduce<number>((sum, part) => sum + bytesHeld(part, seen), 0);
}
