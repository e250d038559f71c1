/** Collects garbage on this thread when we know better than V8, which does not count shared memory as memory in use. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Takes some 10 ms: for when hundreds of megabytes have died. A shared buffer goes when every thread that saw it has collected. */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect();
}

function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
