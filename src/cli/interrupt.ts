/** Ctrl-C, the scheduler's SIGTERM, a lost terminal: the first asks the run to stop at once but cleanly, the second ends the process. */
import { EXIT } from './exit-codes.js';

const CODES = [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', EXIT.terminated],
  ['SIGHUP', EXIT.hungUp],
] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** 129, 130 or 143 once interrupted. */
  exitCode(): number | undefined;
  dispose(): void;
}

export function listenForInterrupt(say: (message: string) => void): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const handlers = CODES.map(([name, exit]) => {
    const handler = () => {
      if (code !== undefined) process.exit(code);
      code = exit;
      say(
        'Stopping: what is finished is kept, the same command resumes. (Again to stop without tidying up.)',
      );
      controller.abort();
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return { signal: controller.signal, exitCode: () => code, dispose: () => handlers.forEach((off) => off()) };
}
