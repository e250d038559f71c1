/** How far the cohort is, and how long it will take: counted from the run's events. */
import type { RunEvent } from '../../index.js';
import { asDuration } from '../words.js';

export class CohortCount {
  total = 0;
  resumed = 0;
  done = 0;
  failed = 0;
  flagged = 0;
  /** Scans that are known to fail before any work, and have not been come to yet. */
  #unavailable = 0;
  /** Scans that some stage has worked on, and that are over. */
  #worked = 0;
  readonly #atWork = new Set<string>();
  #started = performance.now();

  count(event: RunEvent): void {
    if (event.type === 'start') {
      this.total = event.total;
      this.resumed = event.resumed;
      this.#unavailable = event.unavailable;
      this.#started = performance.now();
    } else if (event.type === 'stage-start') this.#atWork.add(event.sid);
    else if (event.type === 'scan-end') {
      if (event.failure) this.failed += 1;
      else this.done += 1;
      if (!event.failure && event.flags.length > 0) this.flagged += 1;
      if (this.#atWork.delete(event.sid)) this.#worked += 1;
      else if (this.#unavailable > 0) this.#unavailable -= 1;
    }
  }

  /** Subjects behind us: done now, done in an earlier run, failed. */
  get finished(): number {
    return this.done + this.failed + this.resumed;
  }

  get secondsAScan(): number | undefined {
    return this.#worked === 0 ? undefined : (performance.now() - this.#started) / 1000 / this.#worked;
  }

  get timeLeft(): string {
    const pace = this.secondsAScan;
    const left = this.total - this.finished - this.#unavailable;
    return pace === undefined || left <= 0 ? '' : `about ${asDuration(pace * left)} left`;
  }
}
