/** YAML text → Tree. Only plain data is accepted: no tags, no merge keys, nothing that unfolds without end. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node,
  type Pair,
  type Scalar,
  type YAMLError,
} from 'yaml';
import type { Place, Problem } from './problems.js';
import { emptyDict, type Entry, type Tree } from './tree.js';

/** Values that a file may hold once its aliases are unfolded; a pipeline has some dozens. */
const MAX_VALUES = 10_000;
const MAX_DEPTH = 50;
const MAX_LINE = 5000;
const TOO_DEEP = ['values nested too deeply', `at most ${MAX_DEPTH} levels`] as const;

// `${name}` holds braces, which end a plain scalar inside `{ … }`. While YAML is parsed, two private-use
// characters stand for them: same length, so that every line and column stays true.
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const veil = (text: string) => text.replaceAll(/\$\{([\w.-]*)\}/g, `$$${OPEN}$1${CLOSE}`);
const unveil = (text: string) => text.replaceAll(/\$\uE000([\w.-]*)\uE001/g, '${$1}');

/** @param source where the text stands: a file, or an option of the command line, whose lines are of no interest. */
export function parseYaml(
  text: string,
  source: { file: string; lines: boolean },
): { tree: Tree | undefined; problems: Problem[] } {
  const { file } = source;
  const counter = new LineCounter();
  const placeAt = (offset: number): Place => {
    if (!source.lines) return { file };
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col };
  };
  const refuse = (at: Place, found: string, expected: string) => ({
    tree: undefined,
    problems: [{ ...at, found, expected }],
  });

  // The YAML library recurses by indentation and compiles it into regular expressions: one line of a megabyte
  // of `- - - …` would end the process.
  const long = text.split('\n').findIndex((line) => line.length > MAX_LINE);
  if (long >= 0)
    return refuse(
      source.lines ? { file, line: long + 1, column: 1 } : { file },
      `a line of more than ${MAX_LINE} characters`,
      'shorter lines',
    );
  let documents;
  try {
    const options = { lineCounter: counter, merge: false, uniqueKeys: false, prettyErrors: false } as const;
    documents = [...parseAllDocuments(veil(text), { ...options, logLevel: 'silent' })];
  } catch (thrown) {
    if (thrown instanceof RangeError) return refuse({ file }, ...TOO_DEEP); // the stack overflowed
    throw thrown;
  }
  const [document, second] = documents;
  if (!document) return { tree: undefined, problems: [] };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({ ...placeAt(error.pos[0]), ...explain(error) }));
    // One slip brings several complaints: the first of each line is the one that helps.
    const first = (problem: Problem, at: number) =>
      at === problems.findIndex(({ line }) => line === problem.line);
    return { tree: undefined, problems: problems.slice(0, 100).filter(first) };
  }
  if (second) return refuse(placeAt(second.range[0]), 'a second YAML document', 'one document');
  return new TreeBuilder(placeAt).build(document.contents);
}

class TreeBuilder {
  readonly #problems: Problem[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  /** Where the aliases stand that are being unfolded. */
  readonly #followed: Place[] = [];
  #values = 0;

  constructor(private readonly placeAt: (offset: number) => Place) {}

  build(contents: unknown): { tree: Tree | undefined; problems: Problem[] } {
    const tree = contents === null ? undefined : this.#convert(contents as Node, 0);
    return { tree: this.#values > MAX_VALUES ? undefined : tree, problems: this.#problems };
  }

  #refuse(at: Place, found: string, expected: string): undefined {
    this.#problems.push({ ...at, found, expected });
  }

  #place(node: Node): Place {
    return this.placeAt(node.range?.[0] ?? 0);
  }

  /** The node as a tree; where it is refused, a stand-in of nothing. */
  #convert(node: Node, depth: number): Tree {
    const at = this.#place(node);
    const nothing: Tree = { kind: 'scalar', at, value: null };
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      if (this.#values === MAX_VALUES + 1)
        this.#refuse(
          this.#followed[0] ?? at,
          `${this.#followed.length > 0 ? 'aliases that unfold to ' : ''}more than ${MAX_VALUES} values`,
          'fewer',
        );
      return nothing;
    }
    if (depth > MAX_DEPTH) {
      this.#refuse(at, ...TOO_DEEP);
      return nothing;
    }
    if (isAlias(node)) return this.#follow(node.source, at, depth) ?? nothing;
    if (node.tag !== undefined) {
      this.#refuse(
        at,
        `the tag \`${node.tag.replace('tag:yaml.org,2002:', '!!')}\``,
        'a plain value without a tag',
      );
      return nothing;
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const tree = this.#convertPlain(node, at, depth);
    this.#open.delete(node);
    return tree;
  }

  #follow(name: string, at: Place, depth: number): Tree | undefined {
    const target = this.#anchors.get(name);
    if (!target) return this.#refuse(at, `the alias \`*${name}\``, `an anchor \`&${name}\` before it`);
    if (this.#open.has(target)) return this.#refuse(at, `\`*${name}\` inside itself`, 'a finite value');
    this.#followed.push(at);
    const tree = this.#convert(target, depth + 1);
    this.#followed.pop();
    return tree;
  }

  #convertPlain(node: Node, at: Place, depth: number): Tree {
    if (isScalar(node)) {
      const { value } = node;
      if (typeof value === 'string') return { kind: 'scalar', at, value: unveil(value) };
      if (typeof value === 'number' || typeof value === 'boolean' || value === null)
        return { kind: 'scalar', at, value };
    }
    if (isSeq(node))
      return { kind: 'list', at, items: node.items.map((item) => this.#convert(item as Node, depth + 1)) };
    if (isMap(node)) return { kind: 'map', at, entries: this.#entries(node.items, depth) };
    this.#refuse(at, 'a value of no known kind', 'text, a number, a list or a map');
    return emptyDict(at);
  }

  #entries(pairs: readonly Pair[], depth: number): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const { key, value } of pairs) {
      const keyNode = key as Node;
      const place = this.#place(keyNode);
      if (!isName(keyNode)) {
        this.#refuse(place, 'a key that is not plain text', 'a name');
        continue;
      }
      const name = unveil(String(keyNode.value));
      const first = entries.get(name);
      if (first)
        this.#refuse(place, `\`${name}\` again (first on line ${first.key.line ?? 1})`, 'each key once');
      else if (name === '<<')
        this.#refuse(place, 'the merge key `<<`', 'the keys themselves, or values shared by `params`');
      else if (name === '__proto__') this.#refuse(place, 'the key `__proto__`', 'another name');
      else {
        const nothing: Tree = { kind: 'scalar', at: place, value: null };
        entries.set(name, {
          key: place,
          value: value === null ? nothing : this.#convert(value as Node, depth + 1),
        });
      }
    }
    return entries;
  }
}

/** Keys such as `1` or `true` are read as what they look like. */
const isName = (node: Node): node is Node & Scalar<string | number | boolean> =>
  isScalar(node) && ['string', 'number', 'boolean'].includes(typeof node.value);

function explain({ code, message }: YAMLError): { found: string; expected: string } {
  if (code === 'TAB_AS_INDENT') return { found: 'a tab as indentation', expected: 'spaces' };
  const sentence = unveil(message).replaceAll(/\s+/g, ' ').replace(/\.$/, '').slice(0, 160);
  return { found: `text that is not YAML (${sentence})`, expected: 'YAML' };
}
