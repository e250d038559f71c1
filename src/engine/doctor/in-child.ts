/** A trial in a process of its own: a native library may crash it, or never return. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interruptedError, modelError } from '../../core/errors.js';
import type { EngineChoice } from '../engines.js';
import { orFallback } from '../fallback.js';
import type { Answer } from './trial.process.js';

const program = fileURLToPath(new URL('./trial.process.js', import.meta.url));

export interface Limits {
  readonly threads: number;
  /** That one engine may take. */
  readonly seconds: number;
  /** When aborted, the trial is cut off. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An engine that takes its process down, or does not let it end, gives the error `engine-broken`.
 * @throws interruptedError `doctor-stopped`
 */
export function tryInChild(choice: EngineChoice, { threads, seconds, signal }: Limits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(stopped());
    const child = fork(program, [choice, String(threads)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced', // keeps NaN
    });
    let answer: Answer | undefined;
    let said = '';
    let late = false;
    const limit = setTimeout(() => (late = child.kill('SIGKILL')), 1000 * seconds);
    const stop = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    child.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on('message', (message) => (answer = message as Answer));
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) return reject(stopped());
      if (answer && code === 0) return resolve(answer);
      const ending = killedBy === null ? `ended with exit code ${code ?? 0}` : `crashed (${killedBy})`;
      const lastLine = said.trim().split('\n').at(-1);
      const words = lastLine ? `; the last it said is: ${lastLine}` : '';
      resolve(
        late
          ? broken(choice, `did not end within ${seconds} s${words}`, 'Give it longer by `timeout`')
          : broken(choice, `${ending}${words}`, 'Install its packages or the card’s driver again'),
      );
    });
  });
}

const broken = (choice: EngineChoice, ending: string, remedy: string): Answer => ({
  error: modelError(
    'engine-broken',
    `The process that tried the engine ${choice} ${ending}.`,
    orFallback(remedy),
  ).toFields(),
});

const stopped = () =>
  interruptedError('doctor-stopped', 'The trial of the engines was stopped.', 'Start it again.');
