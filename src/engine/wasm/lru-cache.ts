/** A cache of the values that were used last: of more than it holds, the one that was not used for longest goes. */
export class LruCache<K, V> {
  /** In the order of their last use. */
  readonly #values = new Map<K, V>();

  constructor(readonly most: number) {}

  get size(): number {
    return this.#values.size;
  }

  /** The value of this key, made where it is not there. Room is made first: a value may take much memory. */
  getOrMake(key: K, make: () => V): V {
    const present = this.#values.get(key);
    this.#values.delete(key);
    const [oldest] = this.#values.keys();
    if (this.#values.size >= this.most) this.#values.delete(oldest);
    const value = present ?? make();
    this.#values.set(key, value);
    return value;
  }
}
