/** Admission: a scan starts only when its estimated bytes fit what is left of the memory budget. */

export class MemoryBudget {
  #reserved = 0;
  #scans = 0;
  #waiting: (() => void) | undefined;
  #isShort = false;

  constructor(
    readonly limitBytes: number,
    readonly limitScans: number,
    readonly onChange: (reservedBytes: number) => void = () => undefined,
  ) {}

  /** Whether a scan waits for memory. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /**
   * Waits until `bytes` fit. A scan larger than the whole budget is admitted once nothing else is in flight.
   * One caller at a time: scans are admitted in the manifest's order.
   */
  async admit(bytes: number): Promise<void> {
    while (!this.#fits(bytes)) {
      this.#isShort = this.#reserved + bytes > this.limitBytes; // or else it waits for another scan to leave
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    this.#isShort = false;
    this.#change(bytes);
    this.#scans += 1;
  }

  /** A scan needs less (or, where an estimate was short, more) from here on. */
  adjust(from: number, to: number): void {
    if (to === from) return;
    this.#change(to - from);
    this.#wake();
  }

  /** A scan has left the pipeline. */
  release(bytes: number): void {
    this.#change(-bytes);
    this.#scans -= 1;
    this.#wake();
  }

  #fits(bytes: number): boolean {
    if (this.#scans === 0) return true;
    return this.#scans < this.limitScans && this.#reserved + bytes <= this.limitBytes;
  }

  #change(by: number): void {
    this.#reserved += by;
    this.onChange(this.#reserved);
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
