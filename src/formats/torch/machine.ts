/** The pickle machine: bytes to read, a stack with marks, a memo. What an opcode does with them: opcodes.ts. */
import { damaged, refused, Unsound } from '../unsound.js';
import { Dict, List, type Storage, Tuple, type Value } from './values.js';

/** A published checkpoint takes 10,000 steps; each makes one value at most. */
const MAX_STEPS = 1_000_000;
const MAX_MARKS = 100;
const LONGEST_NAME = 200;
const LONGEST_INTEGER = 16; // bytes
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes at hand end within the pickle. */
export class PickleCutOff extends Unsound {
  constructor() {
    super('weights-damaged', 'has a pickle that is cut off');
  }
}

/** What the pickle calls a storage: a tuple whose form the file's format decides. */
export type PersistentLoad = (id: readonly Value[]) => Storage;

export class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Value[] = [];
  /** Heights of the stack where the open marks stand. */
  readonly #marks: number[] = [];
  readonly #memo: Value[] = [];
  #at: number;
  #steps = 0;

  constructor(
    bytes: Uint8Array,
    start: number,
    readonly persistentLoad: PersistentLoad,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  get at(): number {
    return this.#at;
  }

  nextOpcode(): number {
    if (++this.#steps > MAX_STEPS) throw refused(`has a pickle of more than ${MAX_STEPS} steps`);
    return this.uint8();
  }

  // Arguments of opcodes

  uint8 = (): number => this.#view.getUint8(this.#take(1));
  uint16 = (): number => this.#view.getUint16(this.#take(2), true);
  uint32 = (): number => this.#view.getUint32(this.#take(4), true);
  int32 = (): number => this.#view.getInt32(this.#take(4), true);
  float64 = (): number => this.#view.getFloat64(this.#take(8), false);

  /** Little-endian two's complement. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER) throw refused('has an integer of unusual length');
    const start = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[start + i]);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  text(length: number): string {
    const start = this.#take(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch (thrown) {
      throw damaged('has text in its pickle that is not UTF-8', thrown);
    }
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if ((end < 0 ? this.#bytes.length : end) - this.#at > LONGEST_NAME)
      throw refused('imports a name of unusual length');
    if (end < 0) throw new PickleCutOff();
    const line = this.text(end - this.#at);
    this.#take(1);
    return line;
  }

  /** @returns where the bytes start */
  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new PickleCutOff();
    this.#at += length;
    return start;
  }

  // The stack

  push(value: Value): void {
    this.#stack.push(value);
  }

  pop(): Value {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw damaged('has a pickle that takes what is not there');
    return this.#stack.pop()!;
  }

  top(): Value {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** The last `count` values as a tuple in their place. */
  tuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.push(new Tuple(items));
  }

  mark(): void {
    if (this.#marks.length === MAX_MARKS) throw refused('has a pickle that opens too much at once');
    this.#marks.push(this.#stack.length);
  }

  /** What was pushed since the last mark. */
  popToMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw damaged('has a pickle that lacks a mark');
    return this.#stack.splice(mark);
  }

  list(): List {
    const value = this.top();
    if (value instanceof List) return value;
    throw refused('appends to something that is no list');
  }

  dict(): Dict {
    const value = this.top();
    if (value instanceof Dict) return value;
    throw refused('sets items of something that is no dict');
  }

  // The memo: a pickler numbers what it remembers from 0 on

  remember(index: number): void {
    if (index !== this.#memo.length) throw refused('has a pickle that remembers out of order');
    this.#memo.push(this.top());
  }

  recall(index: number): void {
    if (index >= this.#memo.length) throw damaged('has a pickle that recalls what it never remembered');
    this.push(this.#memo[index]);
  }

  /** What the pickle was about: the only value that is left. */
  result(): Value {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw damaged('has a pickle that leaves something over');
    return value;
  }
}
