/** What a YAML file says, each value with the place where it was written. Immutable, so that parts may be shared. */
import type { Place } from './problems.js';

export type ScalarValue = string | number | boolean | null;

export interface Scalar {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: ScalarValue;
  /** Directory that a path is relative to when it was not written in the pipeline file: `set: ['atlas=atlas']`. */
  readonly base?: string | undefined;
  /** What YAML makes of a text that was given as an option's value: see `typedOptions`. */
  readonly reading?: Tree | undefined;
}
export interface List {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly Tree[];
}
export interface Dict {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}
export interface Entry {
  readonly key: Place;
  readonly value: Tree;
}
export type Tree = Scalar | List | Dict;

export const emptyDict = (at: Place): Dict => ({ kind: 'map', at, entries: new Map() });

/** Each scalar replaced by what `change` makes of it; `at` is the path that leads to it. A text's reading is its own tree. */
export function mapScalars(
  tree: Tree,
  change: (scalar: Scalar, at: readonly PropertyKey[]) => Tree,
  at: readonly PropertyKey[] = [],
): Tree {
  if (tree.kind === 'scalar') return change(tree, at);
  if (tree.kind === 'list')
    return { ...tree, items: tree.items.map((item, i) => mapScalars(item, change, [...at, i])) };
  const entries = [...tree.entries].map(
    ([name, { key, value }]) => [name, { key, value: mapScalars(value, change, [...at, name]) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
}

/** For `mapScalars`: paths are relative to `directory`. */
export const basedAt =
  (directory: string) =>
  (scalar: Scalar): Scalar => ({ ...scalar, base: directory });

/** `tree` with `value` at the end of `path`; maps are made on the way, and a value of another kind gives way to one. */
export function withValueAt(tree: Tree | undefined, path: readonly string[], value: Tree): Tree {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const base = tree?.kind === 'map' ? tree : emptyDict(value.at);
  const entry = base.entries.get(name);
  return {
    ...base,
    entries: new Map(base.entries).set(name, {
      key: entry?.key ?? value.at,
      value: withValueAt(entry?.value, rest, value),
    }),
  };
}

/** The deepest value along `path` that is there, how many steps led to it, and the place of the last step's key. */
export function descend(tree: Tree, path: readonly PropertyKey[]): { tree: Tree; depth: number; key: Place } {
  let [found, key, depth] = [tree, tree.at, 0];
  for (const step of path) {
    if (found.kind === 'map') {
      const entry = found.entries.get(String(step));
      if (!entry) break;
      ({ key, value: found } = entry);
    } else if (found.kind === 'list' && typeof step === 'number') {
      const item = found.items[step];
      if (!item) break;
      found = item;
      key = item.at;
    } else break;
    depth += 1;
  }
  return { tree: found, depth, key };
}

/** The plain value. */
export function toValue(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toValue);
  return Object.fromEntries([...tree.entries].map(([name, { value }]) => [name, toValue(value)]));
}

/** A value in a few words, for messages. */
export function show(tree: Tree): string {
  if (tree.kind === 'map') return tree.entries.size > 0 ? 'a map' : 'an empty map';
  if (tree.kind === 'list') return tree.items.length > 0 ? 'a list' : 'an empty list';
  const { value } = tree;
  if (value === null) return 'nothing';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
