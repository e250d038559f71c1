/**
 * What scans have let go of, until the system has it back. Volumes lie in shared memory, which V8 does not count: left to
 * itself it would keep gigabytes of them. Until they are collected they count as reserved.
 */
import { collectGarbage } from '../core/garbage.js';
import type { SharedWorkers } from '../core/shared-workers.js';
import type { MemoryBudget } from './budget.js';

/** Half a large CT: less is not worth a collection, unless a scan waits for it. */
const WORTHWHILE_BYTES = 128 * 2 ** 20;

export class FreedMemory {
  #bytes = 0;

  constructor(
    readonly workers: SharedWorkers,
    readonly budget: MemoryBudget,
  ) {
    budget.onShort(() => this.#collect());
  }

  /** So many bytes have just been let go of. */
  add(bytes: number): void {
    if (bytes === 0) return;
    this.#bytes += bytes;
    this.budget.addGarbage(bytes);
    if (this.#bytes >= WORTHWHILE_BYTES || this.budget.isShort) this.#collect();
  }

  #collect(): void {
    const bytes = this.#bytes;
    if (bytes === 0) return;
    this.#bytes = 0;
    // Not before whoever let go has returned: until then its frames may still refer to them.
    setImmediate(() => {
      collectGarbage();
      void this.workers.collect().then(() => this.budget.collected(bytes));
    });
  }
}
