/** Runs on a worker thread: imports the module it is told, calls the function, answers with the value or a typed error. */
import { toLungflowError, type ErrorFields } from '../core/errors.js';

export interface Request {
  readonly url: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type Reply =
  { readonly value: unknown } | { readonly error: ErrorFields; readonly stack: string | undefined };

export default async function answer({ url, name, args }: Request): Promise<Reply> {
  try {
    const module = (await import(url)) as Record<string, (...args: readonly unknown[]) => unknown>;
    return { value: await module[name](...args) };
  } catch (thrown) {
    const error = toLungflowError(thrown);
    return { error: error.toFields(), stack: thrown instanceof Error ? thrown.stack : undefined };
  }
}
