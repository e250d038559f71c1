/** What ITK's transform files say, whatever their encoding. */
import { inputError } from '../../core/errors.js';

export interface StoredTransform {
  /** As ITK names it: class, precision, dimensions (`AffineTransform_double_3_3`). */
  readonly type: string;
  readonly parameters: readonly number[];
  readonly fixed: readonly number[];
}

/** One way of writing transforms down. */
export interface TransformEncoding {
  /** Names of the transforms, as far as they can be told from a file's beginning, in order. */
  types(start: Buffer): string[];
  /** All transforms of a whole file. */
  parse(file: Buffer): StoredTransform[];
}

export const COPY_AGAIN = 'Copy it again, or write it anew with the tool that made it.';

/** @param why continues "The transform file is not whole: …". */
export const truncated = (why: string) =>
  inputError('transform-truncated', `The transform file is not whole: ${why}.`, COPY_AGAIN);

/** @param why continues "The transform file is damaged: …". */
export const damaged = (why: string) =>
  inputError('transform-damaged', `The transform file is damaged: ${why}.`, COPY_AGAIN);
