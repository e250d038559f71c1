/** What is wrong with a file the user wrote: every problem at once, each with its place. */
import { LungflowError } from '../../core/errors.js';

/** Where something was written: a file with a line and a column (from 1), or an option of the command line without them. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One thing that is wrong, and where. */
export interface Problem extends Place {
  /** A clause after "found". */
  readonly found: string;
  /** A clause after "expected". */
  readonly expected: string;
  /** The nearest valid name. */
  readonly suggestion?: string | undefined;
}

/** More than this many are counted, not told. */
const TOLD = 50;

/** All problems of one file. The message lists them, a line each: `preprocess.yaml:14: found …, expected …`. */
export class FileProblems extends LungflowError {
  readonly problems: readonly Problem[];

  constructor(
    code: 'pipeline-file-invalid' | 'manifest-invalid',
    file: string,
    problems: readonly Problem[],
  ) {
    const number = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super({
      kind: 'pipeline-file',
      code,
      what: `${file} has ${number}.`,
      remedy: 'Correct what is listed and run the same command again; no scan has been read.',
    });
    this.problems = [...problems].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
    this.message = this.lines().join('\n');
  }

  /** One line a problem. */
  lines(): readonly string[] {
    const lines = this.problems.slice(0, TOLD).map(renderProblem);
    const untold = this.problems.length - lines.length;
    return untold > 0 ? [...lines, `… and ${untold} more`] : lines;
  }
}

export function renderProblem({ file, line, found, expected, suggestion }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
  // One line, and nothing that a terminal would obey.
  return `${place}: found ${found}, expected ${expected}${hint}`.replaceAll(/\p{Cc}+/gu, ' ');
}
