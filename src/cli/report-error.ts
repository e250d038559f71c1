/** An error that ended the command, as two lines for the user; its exit code. */
import colors from 'picocolors';
import { FileProblems, toLungflowError } from '../index.js';
import { EXIT } from './exit-codes.js';
import { inFlags, problemInFlags } from './flags.js';

export function reportError(thrown: unknown, verbose: boolean): number {
  const error = toLungflowError(thrown);
  const place = [error.sid, error.stage].filter(Boolean).join(', ');
  if (error instanceof FileProblems)
    for (const line of error.lines()) process.stderr.write(`${problemInFlags(line)}\n`);
  process.stderr.write(
    `${colors.red('error')}${place ? ` (${place})` : ''}: ${inFlags(error.what)}\n${inFlags(error.remedy)}\n`,
  );
  if (verbose) process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? '') : ''}\n`);
  return error.kind === 'usage' || error.kind === 'pipeline-file' || error.kind === 'model'
    ? EXIT.usage
    : EXIT.someFailed;
}
