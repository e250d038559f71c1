import { inputError } from '../../src/core/errors.js';

export function fill(array: Int16Array<SharedArrayBuffer>, value: number): number {
  array.fill(value);
  return array.at(-1)!;
}

export function refuse(): never {
  throw inputError('refused', 'It was refused.', 'Do not ask.');
}

/** Ends its thread, after so long without an ear for anything. */
export function die(afterMs: number): never {
  const until = Date.now() + afterMs;
  while (Date.now() < until);
  process.exit(1);
}

export function spin(): never {
  for (;;);
}
