/** Zip archives by hand, laid out as torch's writer does: data descriptors, a zip64 end. Every field can be told a lie. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly data?: Buffer;
  /** More than the data: the rest is a hole in the file. */
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the local header says, where it differs. */
  readonly local?: { name?: string; flags?: number; method?: number; crc?: number; size?: number };
  /** What the directory says, where it differs. */
  readonly directory?: { size?: number; plainSize?: number; offset?: number };
}

export interface Ending {
  /** What the end says, where it differs. */
  readonly entries?: number;
  readonly directoryStart?: bigint;
  readonly zip64End?: bigint;
  readonly comment?: Buffer;
  /** Bytes of the directory left out. */
  readonly cut?: number;
}

/** Bytes at places of a file; what lies between is zero. */
export interface Sparse {
  readonly pieces: readonly { readonly at: number; readonly bytes: Buffer }[];
  readonly size: number;
}

const DESCRIBED_AFTERWARDS_UTF8 = 0x0808;
const LIMIT = 0xffffffff;

class Fields {
  readonly #parts: Buffer[] = [];
  u16 = (...values: readonly number[]): this => this.#each(2, values, (b, v) => b.writeUInt16LE(v));
  u32 = (...values: readonly number[]): this => this.#each(4, values, (b, v) => b.writeUInt32LE(v));
  u64 = (...values: readonly (number | bigint)[]): this =>
    this.#each(8, values, (b, v) => b.writeBigUInt64LE(BigInt(v)));
  raw = (...parts: readonly Buffer[]): this => {
    this.#parts.push(...parts);
    return this;
  };
  done = (): Buffer => Buffer.concat(this.#parts);

  #each<V>(width: number, values: readonly V[], write: (buffer: Buffer, value: V) => void): this {
    for (const value of values) {
      const buffer = Buffer.alloc(width);
      write(buffer, value);
      this.#parts.push(buffer);
    }
    return this;
  }
}

export function zipArchive(entries: readonly Entry[], ending: Ending = {}): Sparse {
  const pieces: { at: number; bytes: Buffer }[] = [];
  let end = 0;
  const put = (bytes: Buffer, size = bytes.length): void => {
    pieces.push({ at: end, bytes });
    end += size;
  };

  const directory = entries.map((entry) => {
    const { name, data = Buffer.alloc(0), flags = DESCRIBED_AFTERWARDS_UTF8, method = 0, local = {} } = entry;
    const size = entry.size ?? data.length;
    const crc = entry.crc ?? crc32(data);
    const offset = entry.directory?.offset ?? end;
    const localName = Buffer.from(local.name ?? name);
    put(
      new Fields()
        .u32(0x04034b50)
        .u16(0, local.flags ?? flags, local.method ?? method, 0, 0)
        .u32(local.crc ?? 0, local.size ?? 0, local.size ?? 0)
        .u16(localName.length, 0)
        .raw(localName)
        .done(),
    );
    put(data, size);
    put(new Fields().u32(0x08074b50, crc).u64(size, size).done());
    return directoryEntry({ name, flags, method, crc, offset, size, ...entry.directory });
  });

  const directoryStart = end;
  const all = Buffer.concat(directory);
  put(all.subarray(0, all.length - (ending.cut ?? 0)));
  const zip64End = end;
  const count = ending.entries ?? entries.length;
  const { comment = Buffer.alloc(0) } = ending;
  put(
    new Fields()
      .u32(0x06064b50)
      .u64(44)
      .u16(45, 45)
      .u32(0, 0)
      .u64(count, count, all.length, ending.directoryStart ?? directoryStart)
      .u32(0x07064b50, 0)
      .u64(ending.zip64End ?? zip64End)
      .u32(1)
      .u32(0x06054b50)
      .u16(0, 0, Math.min(count, 0xffff), Math.min(count, 0xffff))
      .u32(all.length, Math.min(directoryStart, LIMIT))
      .u16(comment.length)
      .raw(comment)
      .done(),
  );
  return { pieces, size: end };
}

function directoryEntry(entry: {
  name: string;
  flags: number;
  method: number;
  crc: number;
  offset: number;
  size: number;
  plainSize?: number;
}): Buffer {
  const { flags, method, crc, offset, size, plainSize = size } = entry;
  const name = Buffer.from(entry.name);
  const large = [plainSize, size, offset].filter((n) => n >= LIMIT);
  const extra =
    large.length === 0
      ? Buffer.alloc(0)
      : new Fields()
          .u16(1, 8 * large.length)
          .u64(...large)
          .done();
  const short = (n: number) => Math.min(n, LIMIT);
  return new Fields()
    .u32(0x02014b50)
    .u16(0, 0, flags, method, 0, 0)
    .u32(crc, short(size), short(plainSize))
    .u16(name.length, extra.length, 0, 0, 0)
    .u32(0, short(offset))
    .raw(name, extra)
    .done();
}

export function whole({ pieces, size }: Sparse): Buffer {
  const file = Buffer.alloc(size);
  for (const { at, bytes } of pieces) bytes.copy(file, at);
  return file;
}

/** @throws when the file system does not hold so large a file, holes or not */
export function writeSparse(path: string, { pieces, size }: Sparse): void {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, size);
    for (const { at, bytes } of pieces) writeSync(file, bytes, 0, bytes.length, at);
  } finally {
    closeSync(file);
  }
}
