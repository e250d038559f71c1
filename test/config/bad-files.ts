/** Bad pipeline files (as `p.yaml`), each with every message it must bring. */
export interface BadFile {
  readonly about: string;
  readonly text: string;
  readonly set?: readonly string[];
  readonly overrides?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const good = `stages:
  - load
  - segment: { mask: lung_mask }
  - register: { atlas: ../atlas }
  - patch: { atlas: ../atlas }
  - encode
  - write
`;

export const badFiles: readonly BadFile[] = [
  { about: 'empty', text: '', says: [] },
  { about: 'only a comment', text: '# nothing\n', says: [] },
  { about: 'not a map', text: '- load\n- write\n', says: [] },
  { about: 'a scalar', text: 'stages', says: [] },
  { about: 'unknown top-level key', text: `stage: []\n${good}`, says: [] },
  { about: 'no stages', text: 'name: x\n', says: [] },
  { about: 'empty stages', text: 'stages: []\n', says: [] },
  { about: 'null stages', text: 'stages:\n', says: [] },
  { about: 'stages as a map', text: 'stages:\n  load: {}\n', says: [] },
  { about: 'bad name', text: `name: My Pipeline\nabout: 3\n${good}`, says: [] },
  { about: 'unknown stage', text: good.replace('- segment', '- segmnt'), says: [] },
  { about: 'unknown stage, nothing near', text: good.replace('- encode', '- frobnicate'), says: [] },
  { about: 'prototype names', text: 'stages:\n  - constructor\n  - __proto__\n  - toString: {}\n', says: [] },
  { about: 'prototype key', text: 'stages:\n  - load: { __proto__: { a: 1 } }\n', says: [] },
  { about: 'constructor as an option', text: 'stages:\n  - load: { constructor: 1 }\n', says: [] },
  { about: 'unknown option', text: good.replace('mask:', 'maks:'), says: [] },
  {
    about: 'wrong type and range',
    text: good.replace('{ mask: lung_mask }', '\n      threshold: low\n      closing: 12'),
    says: [],
  },
  {
    about: 'fraction for whole number',
    text: good.replace('{ mask: lung_mask }', '{ closing: 2.5 }'),
    says: [],
  },
  { about: 'enumeration', text: good.replace('- encode', '- encode: { engine: wams }'), says: [] },
  { about: 'missing option', text: good.replace('- register: { atlas: ../atlas }', '- register'), says: [] },
  {
    about: 'missing option in map',
    text: good.replace('register: { atlas: ../atlas }', 'register: { convention: reference }'),
    says: [],
  },
  { about: 'inside a union', text: good.replace('- encode', '- encode: { weights: { sead: 1 } }'), says: [] },
  { about: 'union of neither kind', text: good.replace('- encode', '- encode: { weights: 3 }'), says: [] },
  {
    about: 'list element',
    text: good.replace('- write', '- write: { columns: [embedding, patch] }'),
    says: [],
  },
  { about: 'empty list', text: good.replace('- write', '- write: { columns: [] }'), says: [] },
  { about: 'options that are no map', text: good.replace('{ mask: lung_mask }', 'lung_mask'), says: [] },
  {
    about: 'options not indented',
    text: good.replace('segment: { mask: lung_mask }', 'segment:\n    mask: lung_mask'),
    says: [],
  },
  {
    about: 'two stages in an entry',
    text: good.replace('segment: { mask: lung_mask }', 'segment: { mask: m }\n    write: {}'),
    says: [],
  },
  { about: 'a number as a stage', text: 'stages: [3, null, [load], {}]\n', says: [] },
  {
    about: 'duplicate key',
    text: good.replace('{ mask: lung_mask }', '\n      mask: a\n      mask: b'),
    says: [],
  },
  { about: 'unmet port', text: 'stages:\n  - load\n  - encode\n  - write\n', says: [] },
  {
    about: 'unmet port that a later stage gives',
    text: 'stages:\n  - load\n  - register: { atlas: a }\n  - segment\n',
    says: [],
  },
  {
    about: 'dropped port',
    text: good.replace('  - encode\n', '  - segment: { closing: 1 }\n  - encode\n'),
    says: [],
  },
  { about: 'first stage needs something', text: 'stages:\n  - segment\n  - load\n', says: [] },
  { about: 'port given twice', text: 'stages:\n  - load\n  - load\n', says: [] },
  { about: 'YAML syntax: tab', text: 'stages:\n\t- load\n', says: [] },
  { about: 'YAML syntax: open bracket', text: 'stages: [load\n', says: [] },
  { about: 'YAML syntax: indentation', text: 'stages:\n  - load\n - segment\n', says: [] },
  { about: 'two documents', text: `${good}---\nstages: []\n`, says: [] },
  { about: 'tags', text: 'stages:\n  - !!js/function "x"\n  - load: !custom {}\n', says: [] },
  { about: 'merge key', text: 'stages:\n  - load: &a {}\n  - segment: { <<: *a }\n', says: [] },
  { about: 'unset alias', text: 'stages: [*x]\n', says: [] },
  { about: 'alias inside itself', text: 'stages: &s [load, *s]\n', says: [] },
  {
    about: 'alias bomb',
    text: `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.replaceAll(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)}, `.repeat(9)}]\n`)}stages: [load]\n`,
    says: [],
  },
  {
    about: 'unknown parameter',
    text: `params: { atlas: ../atlas }\n${good.replace('{ atlas: ../atlas }', '{ atlas: ${atlsa} }')}`,
    says: [],
  },
  { about: 'no parameters', text: good.replace('lung_mask', '"${mask}"'), says: [] },
  {
    about: 'part of a value',
    text: `params: { atlas: ../atlas }\n${good.replace('lung_mask', '${atlas}/x')}`,
    says: [],
  },
  { about: 'parameter in parameter', text: `params:\n  a: ../atlas\n  b: \${a}\n${good}`, says: [] },
  {
    about: 'parameter of a wrong type',
    text: `params: { closing: many }\n${good.replace('mask: lung_mask', 'closing: ${closing}')}`,
    says: [],
  },
  { about: 'bad parameter name', text: `params: { a b: 1 }\n${good}`, says: [] },
  { about: 'use: missing file', text: 'stages:\n  - load\n  - use: ./nowhere.js\n', says: [] },
  { about: 'use: unknown package', text: 'stages:\n  - use: no-such-package-anywhere\n', says: [] },
  { about: 'use: misspelt with', text: 'stages:\n  - use: ./nowhere.js\n    wiht: {}\n', says: [] },
  { about: 'use: no text', text: 'stages:\n  - use: 3\n  - use: ./a.js\n    with: 7\n', says: [] },
  {
    about: '--set: unknown parameter',
    text: `params: { atlas: ../atlas }\n${good}`,
    set: ['atlsa=x', 'input=y', 'segment=1', 'closing=2', 'a=b=c'],
    says: [],
  },
  {
    about: '--set: unknown stage or option',
    text: good,
    set: ['segmnt.closing=1', 'segment.closig=1', 'segment.closing=12', 'encode.weights.sead=1'],
    says: [],
  },
  {
    about: '--set: malformed',
    text: good,
    set: ['closing', '=3', 'a b=1', 'segment.=1', 'segment.mask=[1', 'segment.mask=!!js x', '__proto__.a=1'],
    says: [],
  },
  {
    about: '--engine that no stage takes',
    text: 'stages: [load]\n',
    overrides: { engine: 'wasm' },
    says: [],
  },
  { about: '--engine of a wrong name', text: good, overrides: { engine: 'wasmm' }, says: [] },
  {
    about: 'everything at once',
    text: 'nme: x\nstages:\n  - laod\n  - segment: { maks: 1, closing: -1 }\n  - encode: { engine: cuda }\n  - write: { columns: [embeddings] }\n',
    set: ['x=1'],
    says: [],
  },
];
