/** One entry under `stages:`: `load`, `segment: { … }`, or `use: ./my-stage.js` with its options under `with`. */
import { listNames, nearest } from '../yaml/nearest.js';
import type { Place, Problem } from '../yaml/problems.js';
import { emptyDict, show, type Dict, type Tree } from '../yaml/tree.js';

export interface StageEntry {
  readonly at: Place;
  /** The name of a shipped stage, or where to import it from. */
  readonly source: { readonly name: string } | { readonly use: string };
  /** Where the options stand, for what is missing from them. */
  readonly options: Dict;
}

const FORMS = 'a stage: `NAME`, `NAME: { OPTIONS }` or `use: MODULE`';

export function readStageEntry(tree: Tree, problems: Problem[]): StageEntry | undefined {
  const { at } = tree;
  const refuse = (place: Place, found: string, expected: string, suggestion?: string): undefined => {
    problems.push({ ...place, found, expected, suggestion });
  };
  if (tree.kind === 'scalar' && typeof tree.value === 'string')
    return { at, source: { name: tree.value }, options: emptyDict(at) };
  const [first, ...others] = tree.kind === 'map' ? tree.entries : [];
  if (tree.kind !== 'map' || !first) return refuse(at, show(tree), FORMS);
  if (tree.entries.has('use')) return readUse(tree, refuse);

  const [name, { key, value }] = first;
  for (const [other, entry] of others)
    refuse(
      entry.key,
      `\`${other}\` beside the stage \`${name}\``,
      value.kind === 'map'
        ? `one stage an entry: begin another with \`-\``
        : `options indented deeper than \`${name}:\``,
    );
  if (others.length > 0) return undefined;
  const options = asOptions(value, key);
  if (!options) return refuse(value.at, `${show(value)} for \`${name}\``, 'a map of options');
  return { at: key, source: { name }, options };
}

function readUse(
  tree: Dict,
  refuse: (place: Place, found: string, expected: string, suggestion?: string) => undefined,
): StageEntry | undefined {
  const valid = ['use', 'with'];
  for (const [name, { key }] of tree.entries)
    if (!valid.includes(name))
      refuse(key, `the unknown key \`${name}\` beside \`use\``, listNames(valid), nearest(name, valid));
  const use = tree.entries.get('use')!;
  const given = tree.entries.get('with');
  const options = given ? asOptions(given.value, given.key) : emptyDict(use.key);
  if (!options) return refuse(given!.value.at, `${show(given!.value)} for \`with\``, 'a map of options');
  const { value } = use;
  if (value.kind !== 'scalar' || typeof value.value !== 'string' || value.value === '')
    return refuse(value.at, `${show(value)} for \`use\``, 'the path or the package name of a module');
  return { at: use.key, source: { use: value.value }, options };
}

/** `segment:` with nothing behind it has no options. */
function asOptions(tree: Tree, key: Place): Dict | undefined {
  if (tree.kind === 'map') return { ...tree, at: key };
  return tree.kind === 'scalar' && tree.value === null ? emptyDict(key) : undefined;
}
