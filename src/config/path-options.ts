/** Makes the path options absolute that were not written in the pipeline file itself (`--set`, included files). */
import { resolve } from 'node:path';
import { alternatives, shapesAt, type Shape } from './option-schema.js';
import type { Tree } from './tree.js';

/** @param shape of the stage's options; texts of format `path` are paths (see `pathOption`). */
export function resolvePaths(options: Tree, shape: Shape, at: readonly PropertyKey[] = []): Tree {
  if (options.kind === 'list')
    return { ...options, items: options.items.map((item, i) => resolvePaths(item, shape, [...at, i])) };
  if (options.kind === 'map') {
    const entries = [...options.entries].map(
      ([name, { key, value }]) => [name, { key, value: resolvePaths(value, shape, [...at, name]) }] as const,
    );
    return { ...options, entries: new Map(entries) };
  }
  const { value, base } = options;
  const isPath = shapesAt(shape, at)
    .flatMap(alternatives)
    .some(({ format }) => format === 'path');
  return base !== undefined && typeof value === 'string' && isPath
    ? { ...options, value: resolve(base, value) }
    : options;
}
