/** Sees to it that what scans let go of is given back to the system: volumes lie in shared memory, which V8 does not count. */
import { collectGarbage } from '../core/garbage.js';
import type { SharedWorkers } from '../core/shared-workers.js';

/** Half a large CT: less is not worth the collection. */
const WORTHWHILE_BYTES = 128 * 2 ** 20;

export class FreedMemory {
  #bytes = 0;

  constructor(readonly workers: SharedWorkers) {}

  /** So many bytes have just been let go of. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < WORTHWHILE_BYTES) return;
    this.#bytes = 0;
    // Not before whoever let go has returned: until then its frames may still refer to them.
    setImmediate(() => {
      collectGarbage();
      this.workers.collect();
    });
  }
}
