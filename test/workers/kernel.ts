import { inputError } from '../../src/core/errors.js';

export function fill(array: Int16Array<SharedArrayBuffer>, value: number): number {
  array.fill(value);
  return array.at(-1)!;
}

export function refuse(): never {
  throw inputError('refused', 'It was refused.', 'Do not ask.');
}

export function spin(): never {
  for (;;);
}
