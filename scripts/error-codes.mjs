// Lists every error code of the sources, read with TypeScript's compiler: a line each, `kind code folders`, sorted.
// `--write`: brings the folders in docs/errors.md up to date; then `npx prettier --write docs/errors.md`.
//
// A code is found where an error is made: in a call of what `raise` in src/core/errors.ts returned, in an object with
// an error's fields, or in what `unusable` is given for a reader's error. It must be told by its type (a literal, a union
// of them, a template of them); what a template does not tell is written `<name>`. A code that is passed on from another
// error is none of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const ERRORS = 'src/core/errors.ts';
const FIELDS = ['kind', 'code', 'what', 'remedy'];

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const nameOf = (file) => relative(root, file.fileName);
const ours = fileNames.filter((name) => /^(src|stages|data)\//.test(relative(root, name)));
const program = ts.createProgram(ours, { ...options, noEmit: true });
const checker = program.getTypeChecker();

/** What a type tells: its strings; undefined when it is `string` at large. */
function stringsOf(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral()) ? parts.map(({ value }) => value) : undefined;
}

/** `mask-${code}` as `mask-<code>`, or as what `code` can be. */
const expand = ({ head, templateSpans }) =>
  templateSpans.reduce(
    (starts, { expression, literal }) => {
      const inside = stringsOf(checker.getTypeAtLocation(expression)) ?? [`<${lastName(expression)}>`];
      return starts.flatMap((start) => inside.map((part) => start + part + literal.text));
    },
    [head.text],
  );

const lastName = (expression) =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();

function codesOf(expression) {
  if (ts.isTemplateExpression(expression)) return expand(expression);
  if (ts.isConditionalExpression(expression))
    return [expression.whenTrue, expression.whenFalse].flatMap(codesOf);
  const told = stringsOf(checker.getTypeAtLocation(expression));
  if (told) return told;
  if (!ts.isIdentifier(expression)) return []; // `known.code`
  const declaration = symbolOf(expression).valueDeclaration;
  if (ts.isVariableDeclaration(declaration)) return codesOf(declaration.initializer);
  if (ts.isBindingElement(declaration)) return []; // `const { code } = error`
  if (nameOf(declaration.getSourceFile()) === ERRORS) return []; // `raise` itself
  throw new Error(`${nameOf(expression.getSourceFile())}: give \`${expression.text}\` a type of literals`);
}

const symbolOf = (name) =>
  ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);

/** The kind that `raise` was given for a function, which is named or called where it is made. */
function kindOf(made) {
  if (ts.isCallExpression(made)) return kindTold(made.arguments[0]);
  const symbol = checker.getSymbolAtLocation(made);
  const { valueDeclaration } =
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return kindOf(valueDeclaration.initializer);
}

/** `passed-on` when it is that of another error. */
function kindTold(expression) {
  const kinds = stringsOf(checker.getTypeAtLocation(expression));
  return kinds?.length === 1 ? kinds[0] : 'passed-on';
}

/** The code and the kind with which a node makes an error, if it does. */
function errorAt(node) {
  if (ts.isCallExpression(node)) {
    const { parent } = checker.getResolvedSignature(node)?.declaration ?? {};
    const isRaised = parent && ts.isArrowFunction(parent) && parent.parent.name?.text === 'raise';
    if (isRaised && nameOf(parent.getSourceFile()) === ERRORS)
      return { code: node.arguments[0], kind: () => kindOf(node.expression) };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const field = (name) => node.properties.find((property) => property.name?.getText() === name);
    const isReworded = ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'unusable';
    if (!(isReworded ? ['code'] : FIELDS).every(field)) return undefined;
    const value = (name) => field(name).initializer ?? field(name).name;
    return { code: value('code'), kind: () => (field('kind') ? kindTold(value('kind')) : 'passed-on') };
  }
  return undefined;
}

/** By `kind code`: the folders that make such errors. */
const found = new Map();
for (const file of program.getSourceFiles().filter(({ fileName }) => ours.includes(fileName))) {
  const visit = (node) => {
    const error = errorAt(node);
    for (const code of error ? codesOf(error.code) : []) {
      const key = `${error.kind()} ${code}`;
      found.set(key, (found.get(key) ?? new Set()).add(folderOf(nameOf(file))));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

/** `src/core`, `stages/load`, `data`. */
function folderOf(name) {
  const [top, folder] = dirname(name).split('/');
  return top === 'data' || folder === undefined ? top : `${top}/${folder}`;
}

const listed = [...found]
  .map(([key, folders]) => [key, [...folders].sort()])
  .sort(([a], [b]) => (a < b ? -1 : 1));
if (process.argv.includes('--write')) writeFolders(`${root}docs/errors.md`);
else for (const [key, folders] of listed) console.log(key, folders.join(' '));

function writeFolders(path) {
  const known = new Map(listed);
  let kind = '';
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => {
      kind = /^## .*`([a-z-]+)`/.exec(line)?.[1] ?? kind;
      const [, code] = /^\| `([^`]+)`/.exec(line) ?? [];
      const folders = known.get(`${kind} ${code}`);
      return folders ? line.replace(/[^|]*\|$/, ` ${folders.join(', ')} |`) : line;
    });
  writeFileSync(path, lines.join('\n'));
}
