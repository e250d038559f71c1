/** Makes the path options absolute that were not written in the pipeline file itself (`set`, included files). */
import { resolvePath } from '../../core/resolve-path.js';
import { alternatives, shapesAt, type Shape } from './option-schema.js';
import { mapScalars, type Tree } from '../yaml/tree.js';

/** @param shape of the stage's options; texts of format `path` are paths (see `pathOption`). */
export const resolvePaths = (options: Tree, shape: Shape): Tree =>
  mapScalars(options, (scalar, at) => {
    const { value, base } = scalar;
    if (base === undefined || typeof value !== 'string') return scalar;
    const isPath = shapesAt(shape, at)
      .flatMap(alternatives)
      .some(({ format }) => format === 'path');
    return isPath ? { ...scalar, value: resolvePath(base, value) } : scalar;
  });
