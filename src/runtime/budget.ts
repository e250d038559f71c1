/**
 * The memory budget: which scan may start, and which may grow. A scan counts with what it holds just now, and may take more
 * only while all that are in flight can still be finished one after the other, the earliest first (Dijkstra's banker). So
 * scans overlap as far as their present sizes allow, and the earliest never waits for memory that a later one holds.
 */

/** A scan in flight. */
export interface Account {
  /** Bytes it holds. */
  held: number;
  /** The most it will hold until its end. */
  need: number;
}

interface Waiting {
  readonly account: Account;
  /** Takes the memory if it is there. */
  readonly attempt: () => boolean;
  readonly go: () => void;
}

export class MemoryBudget {
  /** In the order of admission, which is the manifest's. */
  readonly #accounts: Account[] = [];
  #waiting: Waiting[] = [];
  #garbage = 0;
  #lifted = false;
  #onShort: () => void = () => undefined;

  constructor(
    readonly limitBytes: number,
    readonly limitScans: number,
    readonly onChange: (reservedBytes: number) => void = () => undefined,
  ) {}

  /** @param listener called whenever a scan begins to wait for memory */
  onShort(listener: () => void): void {
    this.#onShort = listener;
  }

  /** Whether a scan waits for memory. */
  get isShort(): boolean {
    return this.#waiting.length > 0;
  }

  /** What scans hold, and what they have let go of but is not collected yet. */
  get reservedBytes(): number {
    return this.#accounts.reduce((sum, { held }) => sum + held, this.#garbage);
  }

  /**
   * Waits until a scan may start with `held` bytes. One that needs more than the whole budget, or nobody knows how much, is
   * admitted once nothing else is in flight. One caller at a time, in the manifest's order.
   */
  async admit(held: number, need: number): Promise<Account> {
    const account = { held, need };
    await this.#until(account, () => {
      const alone = this.#accounts.length === 0 && this.#garbage === 0;
      const fits = this.#accounts.length < this.limitScans && this.#isSafe([...this.#accounts, account]);
      if (alone || fits) this.#accounts.push(account);
      return alone || fits;
    });
    return account;
  }

  /** Waits until the scan may hold `held` bytes. */
  grow(account: Account, held: number): Promise<void> {
    return this.#until(account, () => {
      // Garbage will be collected: then the earliest may take all that it needs.
      const isFree = held <= account.held || (account === this.#accounts[0] && this.#garbage === 0);
      const grown = this.#accounts.map((one) => (one === account ? { ...one, held } : one));
      if (!isFree && !this.#isSafe(grown)) return false;
      account.held = held;
      return true;
    });
  }

  /** The scan holds, and needs, other amounts from here on: less or, where an estimate was short, more. */
  settle(account: Account, held: number, need: number): void {
    Object.assign(account, { held, need });
    this.#changed();
  }

  /** The scan has left the pipeline. */
  release(account: Account): void {
    this.#accounts.splice(this.#accounts.indexOf(account), 1);
    this.#changed();
  }

  /** Scans have let go of bytes, which count until they are `collected`. */
  addGarbage(bytes: number): void {
    this.#garbage += bytes;
    this.#changed();
  }

  collected(bytes: number): void {
    this.addGarbage(-bytes);
  }

  /** The run is being cut off: nobody waits any more, not even for threads that may be gone. */
  lift(): void {
    this.#lifted = true;
    this.#changed();
  }

  /** Everything fits, and each scan can be brought to its end once those before it have left. */
  #isSafe(accounts: readonly Account[]): boolean {
    if (this.#lifted) return true;
    let later = this.#garbage;
    for (const { held, need } of accounts.toReversed()) {
      if (!(later + need <= this.limitBytes)) return false;
      later += held;
    }
    return later <= this.limitBytes;
  }

  #until(account: Account, attempt: () => boolean): Promise<void> {
    if (attempt()) {
      this.onChange(this.reservedBytes);
      return Promise.resolve();
    }
    return new Promise((go) => {
      this.#waiting.push({ account, attempt, go });
      this.#waiting.sort((a, b) => this.#place(a) - this.#place(b));
      this.#onShort();
    });
  }

  /** Earlier scans first; one that is not admitted yet comes last. */
  #place({ account }: Waiting): number {
    const place = this.#accounts.indexOf(account);
    return place < 0 ? this.#accounts.length : place;
  }

  #changed(): void {
    this.#waiting = this.#waiting.filter(({ attempt, go }) => {
      const served = attempt();
      if (served) go();
      return !served;
    });
    this.onChange(this.reservedBytes);
  }
}
