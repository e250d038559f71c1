/** The one error type of the framework: what happened, to whom, where, and what to do about it. */

export type ErrorKind =
  | 'usage' // the command line
  | 'pipeline-file' // the YAML file, a manifest, or a resource they name
  | 'input' // one subject's data
  | 'model' // weights or engine
  | 'resource' // memory, disk, permissions
  | 'interrupted' // the user or the scheduler stopped the run
  | 'internal'; // a bug

/** What an error tells, as plain data. */
export interface ErrorFields {
  readonly kind: ErrorKind;
  /** Stable, machine-readable: `nifti-truncated`, `lung-missing`. */
  readonly code: string;
  /** One sentence: what happened. */
  readonly what: string;
  /** One sentence: what the user can do. */
  readonly remedy: string;
  readonly sid?: string | undefined;
  readonly stage?: string | undefined;
}

/** Known to every copy of the package: a stage of one, run by another, throws errors that both know. */
const BRAND = Symbol.for('lungflow.error');

/** Every error that is told to a user: its kind and code for programs, its two sentences for people. */
export class LungflowError extends Error {
  override readonly name = 'LungflowError';
  readonly [BRAND] = true;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
  readonly sid: string | undefined;
  readonly stage: string | undefined;

  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(`${fields.what} ${fields.remedy}`, options);
    this.kind = fields.kind;
    this.code = fields.code;
    this.what = fields.what;
    this.remedy = fields.remedy;
    this.sid = fields.sid;
    this.stage = fields.stage;
  }

  /** By a symbol of the global registry: errors of another copy of the package are known as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== LungflowError) return Function.prototype[Symbol.hasInstance].call(this, value); // a class below it
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** The same error, told which subject and stage it befell. */
  at(place: { sid?: string; stage?: string }): LungflowError {
    return new LungflowError(
      { ...this.toFields(), sid: this.sid ?? place.sid, stage: this.stage ?? place.stage },
      { cause: this.cause },
    );
  }

  /** A plain object that survives structured cloning between threads. */
  toFields(): ErrorFields {
    const { kind, code, what, remedy, sid, stage } = this;
    return { kind, code, what, remedy, sid, stage };
  }
}

const raise = (kind: ErrorKind) => (code: string, what: string, remedy: string, cause?: unknown) =>
  new LungflowError({ kind, code, what, remedy }, cause === undefined ? undefined : { cause });

/** The command line, or the options of `run`, are wrong. */
export const usageError = raise('usage');
/** The pipeline file, the manifest, or what they name is wrong. */
export const pipelineFileError = raise('pipeline-file');
/** One subject's data cannot be used: it fails, the cohort goes on. */
export const inputError = raise('input');
/** Weights, a model or an engine cannot be used. */
export const modelError = raise('model');
/** The machine lacks memory, disk or permissions. */
export const resourceError = raise('resource');
/** Work was cut off because the run was stopped. */
export const interruptedError = raise('interrupted');
/** A stage broke what it declared. */
export const stageError = raise('internal');

/** Anything thrown, as a LungflowError: system errors keep their meaning, the rest is a bug and says so. */
export function toLungflowError(thrown: unknown): LungflowError {
  if (thrown instanceof LungflowError) return thrown;
  const systemCode = (thrown as NodeJS.ErrnoException | undefined)?.code;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const known = typeof systemCode === 'string' ? systemErrors[systemCode] : undefined;
  if (known) {
    const { path = message } = thrown as NodeJS.ErrnoException;
    return raise(known.kind)(known.code, `${known.what}: ${path}.`, known.remedy, thrown);
  }
  return raise('internal')(
    'internal',
    `Unexpected failure: ${message}.`,
    'This is a bug in lungflow or in a stage; please report it with its stack trace, which `verbose` shows.',
    thrown,
  );
}

const systemErrors: Record<string, { kind: ErrorKind; code: string; what: string; remedy: string }> = {
  ENOENT: {
    kind: 'input',
    code: 'file-missing',
    what: 'A file is not there',
    remedy: 'Check the path.',
  },
  ENOTDIR: {
    kind: 'input',
    code: 'file-missing',
    what: 'A path leads through something that is not a directory',
    remedy: 'Check the path.',
  },
  ENAMETOOLONG: {
    kind: 'input',
    code: 'file-missing',
    what: 'A path is longer than the system allows',
    remedy: 'Check the path.',
  },
  EACCES: {
    kind: 'resource',
    code: 'permission-denied',
    what: 'A file may not be opened',
    remedy: 'Check its permissions.',
  },
  EPERM: {
    kind: 'resource',
    code: 'permission-denied',
    what: 'A file may not be opened',
    remedy: 'Check its permissions.',
  },
  EISDIR: {
    kind: 'input',
    code: 'not-a-file',
    what: 'A directory stands where a file was expected',
    remedy: 'Name the file itself.',
  },
  ENOSPC: {
    kind: 'resource',
    code: 'disk-full',
    what: 'The disk is full',
    remedy: 'Free space and run the same command again: it resumes.',
  },
  EDQUOT: {
    kind: 'resource',
    code: 'disk-full',
    what: 'The disk quota is used up',
    remedy: 'Free space and run the same command again: it resumes.',
  },
  EFBIG: {
    kind: 'resource',
    code: 'file-too-large',
    what: 'A file would exceed the size that the system allows',
    remedy: 'Raise `ulimit -f` or use a file system for large files.',
  },
  EROFS: {
    kind: 'resource',
    code: 'read-only',
    what: 'The file system cannot be written to',
    remedy: 'Choose another `out`.',
  },
  EIO: {
    kind: 'resource',
    code: 'io-error',
    what: 'The disk failed',
    remedy: 'Check the file system, then run the same command again.',
  },
  EMFILE: {
    kind: 'resource',
    code: 'too-many-files',
    what: 'Too many files are open',
    remedy: 'Raise `ulimit -n` or lower `jobs`.',
  },
};
