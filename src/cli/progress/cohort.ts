/** How far the cohort is, and how long it will take: counted from the run's events. */
import type { RunEvent } from '../../index.js';
import { asDuration } from '../words.js';

export class CohortCount {
  total = 0;
  resumed = 0;
  done = 0;
  failed = 0;
  flagged = 0;
  #started = performance.now();

  count(event: RunEvent): void {
    if (event.type === 'start') {
      this.total = event.total;
      this.resumed = event.resumed;
      this.#started = performance.now();
    } else if (event.type === 'scan-end') {
      if (event.failure) this.failed += 1;
      else this.done += 1;
      if (!event.failure && event.flags.length > 0) this.flagged += 1;
    }
  }

  /** Subjects behind us: done now, done in an earlier run, failed. */
  get finished(): number {
    return this.done + this.failed + this.resumed;
  }

  get secondsAScan(): number | undefined {
    const now = this.done + this.failed;
    return now === 0 ? undefined : (performance.now() - this.#started) / 1000 / now;
  }

  get timeLeft(): string {
    const pace = this.secondsAScan;
    const left = this.total - this.finished;
    return pace === undefined || left === 0 ? '' : `about ${asDuration(pace * left)} left`;
  }
}
