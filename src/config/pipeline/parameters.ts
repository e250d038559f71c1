/** `${name}` in a pipeline file stands for a whole value: the parameter of that name. */
import { listNames, nearest } from '../yaml/nearest.js';
import type { Problem } from '../yaml/problems.js';
import type { Setting } from './settings.js';
import { mapScalars, type Tree } from '../yaml/tree.js';

/** The parameters that the file declares, with the values that `set` gives them. One declared as nothing needs a value. */
export function readParameters(
  declared: Tree | undefined,
  settings: readonly Setting[],
  problems: Problem[],
): ReadonlyMap<string, Tree> {
  const parameters = new Map<string, Tree>();
  for (const [name, { value }] of declared?.kind === 'map' ? declared.entries : []) {
    const references: Problem[] = [];
    substitute(value, new Map(), references);
    const expected = 'a plain value: parameters do not refer to each other';
    problems.push(
      ...references.map(({ file, line, column }) => ({
        ...{ file, line, column },
        found: 'a reference inside `params`',
        expected,
      })),
    );
    parameters.set(name, value);
  }
  for (const { path, value } of settings)
    if (path.length === 1 && parameters.has(path[0])) parameters.set(path[0], value);
  return parameters;
}

/** `tree` with every `${name}` replaced. */
export function substitute(tree: Tree, parameters: ReadonlyMap<string, Tree>, problems: Problem[]): Tree {
  return mapScalars(tree, (scalar) => {
    const { value, at, reading } = scalar;
    if (reading && reading.kind !== 'scalar')
      return { ...scalar, reading: substitute(reading, parameters, problems) };
    if (typeof value !== 'string' || !value.includes('${')) return scalar;
    const name = /^\$\{([\w-]+)\}$/.exec(value)?.[1];
    if (name === undefined) {
      const expected = '`${name}` to be the whole value';
      problems.push({ ...at, found: `\`${value.slice(0, 60)}\``, expected });
      return scalar;
    }
    const parameter = parameters.get(name);
    if (parameter) return isUnset(parameter) ? scalar : parameter;
    problems.push({
      ...at,
      found: `the unknown parameter \`${name}\``,
      expected:
        parameters.size > 0
          ? listNames(parameters.keys())
          : 'a parameter declared under `params` or in an included file',
      suggestion: nearest(name, parameters.keys()),
    });
    return scalar;
  });
}

const isUnset = (parameter: Tree): boolean => parameter.kind === 'scalar' && parameter.value === null;

/** Parameters without a value that `trees`, after `substitute`, still refer to: each a problem where it is declared. */
export function unsetParameters(
  trees: readonly Tree[],
  parameters: ReadonlyMap<string, Tree>,
): readonly Problem[] {
  const used = new Set<unknown>();
  for (const tree of trees)
    mapScalars(tree, (scalar) => {
      used.add(scalar.value);
      return scalar;
    });
  return [...parameters]
    .filter(([name, parameter]) => isUnset(parameter) && used.has(`\${${name}}`))
    .map(([name, { at }]) => ({
      ...at,
      found: `no value for the parameter \`${name}\``,
      expected: `\`set\` ${name}=VALUE`,
    }));
}
