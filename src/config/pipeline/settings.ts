/** `set`, `key=value`: a parameter of the file (`atlas=../atlas`) or an option of a stage (`encode.weights.seed=1`). */
import type { Place, Problem } from '../yaml/problems.js';
import { basedAt, mapScalars, type Tree } from '../yaml/tree.js';
import { parseYaml } from '../yaml/yaml-tree.js';

export interface Setting {
  readonly at: Place;
  readonly path: readonly [first: string, ...option: string[]];
  readonly value: Tree;
}

/** @param cwd what a path in the value is relative to. */
export function parseSetting(written: string, cwd: string): Setting | Problem[] {
  const at: Place = { file: `\`set\` ${written.length > 80 ? `${written.slice(0, 79)}…` : written}` };
  const split = written.indexOf('=');
  const [first = '', ...option] = written.slice(0, Math.max(split, 0)).trim().split('.');
  const path = [first, ...option] as const;
  if (path.some((part) => !/^[\w-]+$/.test(part) || part === '__proto__'))
    return [
      {
        ...at,
        found: split < 0 ? 'no `=`' : 'a key that is no name',
        expected: '`PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
      },
    ];
  const text = written.slice(split + 1);
  const reading = readingOf(text, at, cwd);
  return { at, path, value: { kind: 'scalar', at, value: text, base: cwd, reading } };
}

/** What the text means where no text is wanted: a number, a list in brackets, a map in braces. */
function readingOf(text: string, at: Place, cwd: string): Tree | undefined {
  const { tree, problems } = parseYaml(text, { file: at.file, lines: false });
  if (!tree || problems.length > 0) return undefined;
  const isBracketed = /^\s*[[{]/.test(text); // `a: b` and `- x` are no way to write a map and a list in a line
  return tree.kind === 'scalar' || isBracketed ? mapScalars(tree, basedAt(cwd)) : undefined;
}
