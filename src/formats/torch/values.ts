/** What a checkpoint's pickle is made of: plain data, no behaviour. */
import type { DtypeName } from '../dtype.js';
import type { Layout } from '../gather.js';
import { refused } from '../unsound.js';

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Tuple
  | List
  | Dict
  | GlobalFunction
  | StorageClass
  | Storage
  | StridedTensor;

/** A published checkpoint nests 5 deep. */
const MAX_HEIGHT = 32;

/**
 * A pickler finishes a container before it puts it into another. We hold a pickle to that, so that there are no cycles, and
 * a container's height is known when it is made.
 */
abstract class Container {
  #height = 0;
  #finished = false;

  protected take(value: Value): void {
    if (this.#finished || value === (this as Container))
      throw refused('has a pickle that changes what it had finished');
    if (!(value instanceof Container)) return;
    value.#finished = true;
    this.#height = Math.max(this.#height, value.#height + 1);
    if (this.#height > MAX_HEIGHT) throw refused(`has a pickle nested more than ${MAX_HEIGHT} deep`);
  }
}

export class Tuple extends Container {
  constructor(readonly items: readonly Value[]) {
    super();
    for (const item of items) this.take(item);
  }
}

export class List extends Container {
  readonly items: Value[] = [];

  append(values: readonly Value[]): void {
    for (const value of values) {
      this.take(value);
      this.items.push(value);
    }
  }
}

/** A dict, or an OrderedDict. */
export class Dict extends Container {
  readonly entries = new Map<string | number, Value>();

  set(key: Value | undefined, value: Value | undefined): void {
    if (typeof key !== 'string' && !Number.isInteger(key))
      throw refused('has a dict with a key that is neither text nor a whole number');
    if (value === undefined) throw refused('has a dict with a key that lacks its value');
    if (this.entries.has(key as string | number)) throw refused('has a dict with the same key twice');
    this.take(value);
    this.entries.set(key as string | number, value);
  }
}

/** A name that the pickle imports: one of the functions of globals.ts. */
export class GlobalFunction {
  constructor(readonly call: (args: readonly Value[]) => Value) {}
}

/** A name that the pickle imports: a kind of storage. */
export class StorageClass {
  constructor(readonly dtype: DtypeName) {}
}

/** A run of numbers that tensors are views of. */
export class Storage {
  constructor(
    readonly key: string,
    readonly dtype: DtypeName,
    /** Elements. */
    readonly length: number,
  ) {}
}

/** A view of a storage, checked to lie within it. */
export class StridedTensor implements Layout {
  constructor(
    readonly storage: Storage,
    /** Elements before the first. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}

  get dtype(): DtypeName {
    return this.storage.dtype;
  }
}
