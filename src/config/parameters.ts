/** `${name}` in a pipeline file stands for a whole value: the parameter of that name. */
import { listNames, nearest } from './nearest.js';
import type { Problem } from './problems.js';
import { mapScalars, type Tree } from './tree.js';

export function substitute(tree: Tree, parameters: ReadonlyMap<string, Tree>, problems: Problem[]): Tree {
  return mapScalars(tree, (scalar) => {
    const { value, at } = scalar;
    if (typeof value !== 'string' || !value.includes('${')) return scalar;
    const name = /^\$\{([\w-]+)\}$/.exec(value)?.[1];
    if (name === undefined) {
      const expected = '`${name}` to be the whole value';
      problems.push({ ...at, found: `\`${value.slice(0, 60)}\``, expected });
      return scalar;
    }
    const parameter = parameters.get(name);
    if (parameter) return parameter;
    problems.push({
      ...at,
      found: `the unknown parameter \`${name}\``,
      expected: parameters.size > 0 ? listNames(parameters.keys()) : 'a parameter declared under `params`',
      suggestion: nearest(name, parameters.keys()),
    });
    return scalar;
  });
}
