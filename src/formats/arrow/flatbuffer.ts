/**
 * Flatbuffers checked before a library follows them: every offset, count and length against the bytes that are there
 * (https://flatbuffers.dev/internals). What Arrow's own reader does with a damaged one ranges from a TypeError to a loop without end.
 */

/** How a table's fields are stored, in the order of their ids; those that are not listed are not looked at. */
export type TableShape = Readonly<Record<number, FieldShape>>;

export type FieldShape =
  | { readonly kind: 'scalar'; readonly bytes: 1 | 2 | 4 | 8 }
  | { readonly kind: 'string' }
  | { readonly kind: 'table'; readonly shape: () => TableShape }
  | { readonly kind: 'tables'; readonly shape: () => TableShape }
  | { readonly kind: 'structs'; readonly bytes: number }
  /** A table whose shape the scalar of one byte in field `tag` names. */
  | {
      readonly kind: 'union';
      readonly tag: number;
      readonly shapes: Readonly<Record<number, TableShape | undefined>>;
    };

export class FlatbufferError extends Error {}

/** @throws FlatbufferError */
export function checkFlatbuffer(bytes: Uint8Array, shape: TableShape): CheckedTable {
  const buffer = new Checker(bytes);
  const root = buffer.table(buffer.reference(0), shape, 0);
  return root;
}

/** Each table and element is at least four bytes, but several references may lead to one: together no more than this. */
const MOST_VISITS = 1_000_000;
const MOST_DEPTH = 64;

class Checker {
  readonly view: DataView;
  #visits = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  require(at: number, bytes: number): number {
    if (!(Number.isInteger(at) && at >= 0 && bytes >= 0 && at + bytes <= this.view.byteLength))
      throw new FlatbufferError(`${bytes} bytes at ${at} of ${this.view.byteLength}`);
    return at;
  }

  uint32(at: number): number {
    return this.view.getUint32(this.require(at, 4), true);
  }

  /** Where an offset that stands at `at` leads. */
  reference(at: number): number {
    return this.require(at + this.uint32(at), 4);
  }

  visit(depth: number): void {
    this.#visits += 1;
    if (this.#visits > MOST_VISITS) throw new FlatbufferError('more parts than there may be');
    if (depth > MOST_DEPTH) throw new FlatbufferError('parts nested too deeply');
  }

  table(at: number, shape: TableShape, depth: number): CheckedTable {
    this.visit(depth);
    const vtable = this.require(at - this.view.getInt32(this.require(at, 4), true), 4);
    const [vtableBytes, tableBytes] = [
      this.view.getUint16(vtable, true),
      this.view.getUint16(vtable + 2, true),
    ];
    if (vtableBytes < 4 || vtableBytes % 2 !== 0) throw new FlatbufferError('a table without fields');
    this.require(vtable, vtableBytes);
    this.require(at, tableBytes);
    const place = (id: number): number | undefined => {
      const entry = 4 + 2 * id;
      const offset = entry < vtableBytes ? this.view.getUint16(vtable + entry, true) : 0;
      return offset === 0 ? undefined : at + offset;
    };
    const table = new CheckedTable(this, place);
    for (const [id, field] of Object.entries(shape)) {
      const where = place(Number(id));
      if (where === undefined) continue;
      if (where + sizeOf(field) > at + tableBytes) throw new FlatbufferError('a field outside its table');
      this.field(where, field, table, depth);
    }
    return table;
  }

  field(at: number, field: FieldShape, table: CheckedTable, depth: number): void {
    if (field.kind === 'scalar') return;
    if (field.kind === 'string') return void this.vector(at, 1);
    if (field.kind === 'structs') return void this.vector(at, field.bytes);
    if (field.kind === 'table') return void this.table(this.reference(at), field.shape(), depth + 1);
    if (field.kind === 'tables') {
      const { start, count } = this.vector(at, 4);
      for (let i = 0; i < count; i++) this.table(this.reference(start + 4 * i), field.shape(), depth + 1);
      return;
    }
    const shape = field.shapes[table.uint8(field.tag)];
    if (!shape) throw new FlatbufferError('a part of an unknown kind');
    this.table(this.reference(at), shape, depth + 1);
  }

  vector(at: number, elementBytes: number): { readonly start: number; readonly count: number } {
    const head = this.reference(at);
    const count = this.uint32(head);
    return { start: this.require(head + 4, count * elementBytes), count };
  }
}

const sizeOf = (field: FieldShape): number => (field.kind === 'scalar' ? field.bytes : 4);

/** What a table holds was checked with it: nothing of it is looked at again. */
const CHECKED: TableShape = {};

/** A table whose listed fields have been checked, and may be followed. */
export class CheckedTable {
  constructor(
    private readonly buffer: Checker,
    private readonly place: (id: number) => number | undefined,
  ) {}

  uint8(id: number): number {
    const at = this.place(id);
    return at === undefined ? 0 : this.buffer.view.getUint8(this.buffer.require(at, 1));
  }

  int32(id: number): number {
    const at = this.place(id);
    return at === undefined ? 0 : this.buffer.view.getInt32(this.buffer.require(at, 4), true);
  }

  /** @throws FlatbufferError beyond 2^53 */
  int64(id: number): number {
    const at = this.place(id);
    return at === undefined ? 0 : this.safe(at);
  }

  table(id: number): CheckedTable | undefined {
    const at = this.place(id);
    return at === undefined ? undefined : this.buffer.table(this.buffer.reference(at), CHECKED, 0);
  }

  tables(id: number): CheckedTable[] {
    const at = this.place(id);
    if (at === undefined) return [];
    const { start, count } = this.buffer.vector(at, 4);
    return Array.from({ length: count }, (_, i) =>
      this.buffer.table(this.buffer.reference(start + 4 * i), CHECKED, 0),
    );
  }

  /** @param members of each, by their places: 64 or 32 bits */
  structs(id: number, bytes: number, members: readonly (readonly [at: number, bits: 64 | 32])[]): number[][] {
    const where = this.place(id);
    if (where === undefined) return [];
    const { start, count } = this.buffer.vector(where, bytes);
    return Array.from({ length: count }, (_, i) =>
      members.map(([at, bits]) => {
        const place = start + bytes * i + at;
        return bits === 64 ? this.safe(place) : this.buffer.view.getInt32(place, true);
      }),
    );
  }

  private safe(at: number): number {
    const value = Number(this.buffer.view.getBigInt64(this.buffer.require(at, 8), true));
    if (!Number.isSafeInteger(value)) throw new FlatbufferError(`the number ${value}`);
    return value;
  }
}
