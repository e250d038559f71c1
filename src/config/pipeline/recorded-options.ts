/** A stage's options as they are recorded with its results: nothing of them says where files lie on the machine. */
import { isAbsolute, posix, win32 } from 'node:path';
import { alternatives, shapesAt, type Shape } from './option-schema.js';
import { mapScalars, toValue, type Tree } from '../yaml/tree.js';

/** As they were written, of absolute paths only the last part. */
export const recordedOptions = (options: Tree): unknown =>
  toValue(
    mapScalars(options, (scalar) =>
      looksAbsolute(scalar.value) ? { ...scalar, value: lastPart(scalar.value) } : scalar,
    ),
  );

/** The same however a path was spelled; not even its last part where the stage records what lies there by its hash. */
export const identifyingOptions = (options: Tree, shape: Shape): unknown =>
  toValue(
    mapScalars(options, (scalar, at) => {
      const { value } = scalar;
      if (typeof value !== 'string') return scalar;
      const paths = shapesAt(shape, at)
        .flatMap(alternatives)
        .filter(({ format }) => format === 'path');
      if (paths.length > 0 && paths.every(({ isHashed }) => isHashed)) return { ...scalar, value: '…' };
      return paths.length > 0 || looksAbsolute(value) ? { ...scalar, value: lastPart(value) } : scalar;
    }),
  );

const looksAbsolute = (value: unknown): value is string =>
  typeof value === 'string' && (isAbsolute(value) || win32.isAbsolute(value));

const lastPart = (path: string): string => `…/${posix.basename(win32.basename(path))}`;
