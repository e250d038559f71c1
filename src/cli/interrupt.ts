/** Ctrl-C and the scheduler's SIGTERM: the first asks the run to stop at once but cleanly, the second ends the process. */
import { EXIT } from './exit-codes.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted. */
  exitCode(): number | undefined;
  dispose(): void;
}

export function listenForInterrupt(say: (message: string) => void): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const handler = () => {
      if (code !== undefined) process.exit(code);
      code = name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
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
