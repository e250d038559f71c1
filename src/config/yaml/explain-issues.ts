/** What a zod schema found wrong with a value, said with the place where the value was written. */
import type { z } from 'zod';
import { listNames, nearest } from './nearest.js';
import { alternatives, inWords, keysAt, shapesAt, type Shape } from '../pipeline/option-schema.js';
import type { Problem } from './problems.js';
import { descend, show, type Tree } from './tree.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** @param owner whose options these are, in messages: the stage's name, or nothing for the file itself. */
export function explainIssues(
  issues: readonly Issue[],
  tree: Tree,
  shape: Shape,
  owner: string,
): readonly Problem[] {
  const dotted = (path: Path) => [owner, ...path.map(String)].filter((part) => part !== '').join('.');
  const label = (path: Path) => {
    const name = dotted(path);
    return name === '' ? 'the file' : `\`${name}\``;
  };
  const missing = new Map<Problem, string>();

  const explain = (issue: Issue, above: Path): readonly Problem[] => {
    const path = [...above, ...issue.path];
    const sentence = inOwnWords(issue);
    const { tree: value, depth, key } = descend(tree, path);
    if (depth < path.length) {
      const name = String(path[depth]);
      const wanted = inWords(shapesAt(shape, path.slice(0, depth + 1)));
      const holder = path.slice(0, depth);
      const found = dotted(holder) === '' ? `no \`${name}\`` : `${label(holder)} without \`${name}\``;
      const expected = issue.code === 'custom' ? sentence : `\`${name}\`${wanted && `: ${wanted}`}`;
      const problem = { ...(depth > 0 ? key : value.at), found, expected };
      missing.set(problem, name);
      return [problem];
    }
    if (issue.code === 'unrecognized_keys') {
      const valid = keysAt(shape, path);
      return issue.keys.map((name) => ({
        ...descend(tree, [...path, name]).key,
        found: `the unknown key \`${name}\`${path.length > 0 || owner !== '' ? ` in ${label(path)}` : ''}`,
        expected: valid.length > 0 ? listNames(valid) : 'no keys here',
        suggestion: nearest(name, valid),
      }));
    }
    if (issue.code === 'invalid_key') {
      const name = String(path.at(-1));
      return [{ ...key, found: `the key \`${name}\``, expected: issue.issues[0]?.message ?? 'another name' }];
    }
    if (issue.code === 'invalid_union') {
      const [meant, ...others] = issue.errors.filter((branch) => branch.every((one) => !rejectsKind(one)));
      if (meant && others.length === 0) return meant.flatMap((one) => explain(one, path));
    }
    const shapes = shapesAt(shape, path).flatMap(alternatives);
    const names = namesAmong(shapes);
    const written = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
    return [
      {
        ...value.at,
        found: path.length === 0 ? `these options of ${label(path)}` : `${show(value)} for ${label(path)}`,
        expected: isOwnSentence(issue) ? sentence : inWords(shapes) || sentence,
        // What is one of the names already is refused for another reason.
        suggestion: written === '' || names.includes(written) ? undefined : nearest(written, names),
      },
    ];
  };
  const problems = issues.flatMap((issue) => explain(issue, []));
  // A misspelt key is said once, not again as missing.
  const meant = new Set<unknown>(problems.flatMap(({ suggestion }) => suggestion ?? []));
  return problems.filter((problem) => !meant.has(missing.get(problem)));
}

/** zod's "Invalid input: expected string, received number", as a clause after "expected". */
const inOwnWords = ({ message }: Issue): string =>
  message.replace(/\.$/, '').replace(/^Invalid input(: expected )?/, '') || 'another value';

const namesAmong = (shapes: readonly Shape[]) =>
  shapes.flatMap((one) => one.enum ?? ('const' in one ? [one.const] : [])).map(String);

/** The schema's author said it in words of their own: better than any derived from the schema. */
const isOwnSentence = ({ code, message }: Issue): boolean =>
  code === 'custom' || !/^(Invalid|Too|Unrecognized)/.test(message);

/** A branch of a union that was not meant: the value is of another kind altogether. */
const rejectsKind = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
