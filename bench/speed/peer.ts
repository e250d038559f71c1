/** Starts scripts of `bench/peers` that do their work once for each line they read (`bench/peers/timed.py`). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { NotRun } from '../not-run.js';
import type { Peer, Taken } from './section.js';

export interface StartedPeer extends Peer {
  /** Of the packages that do its work, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

export async function startPeer(
  command: string,
  args: readonly string[],
  threads: number,
): Promise<StartedPeer> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      OMP_NUM_THREADS: String(threads),
      ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS: String(threads),
    },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done) throw new Error(`${args.join(' ')} ended before its work was done`);
    return JSON.parse(line.value);
  };
  const { versions } = (await next()) as Pick<StartedPeer, 'versions'>;
  return {
    versions,
    async once() {
      child.stdin.write('\n');
      const answer = (await next()) as Taken | { readonly cannot: string };
      if ('cannot' in answer) throw new NotRun(String(answer.cannot));
      return answer;
    },
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
