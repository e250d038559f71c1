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
  {
    about: 'empty',
    text: '',
    says: ['p.yaml:1: found no `stages`, expected `stages`: a list of at least 1 entry'],
  },
  {
    about: 'only a comment',
    text: '# nothing\n',
    says: ['p.yaml:1: found no `stages`, expected `stages`: a list of at least 1 entry'],
  },
  {
    about: 'not a map',
    text: '- load\n- write\n',
    says: ['p.yaml:1: found a list, expected a map with `stages`'],
  },
  { about: 'a scalar', text: 'stages', says: ['p.yaml:1: found "stages", expected a map with `stages`'] },
  {
    about: 'unknown top-level key',
    text: `stage: []\n${good}`,
    says: [
      'p.yaml:1: found the unknown key `stage`, expected `name`, `about`, `input`, `out`, `include`, `params` or `stages`; did you mean `stages`?',
    ],
  },
  {
    about: 'no stages',
    text: 'name: x\n',
    says: ['p.yaml:1: found no `stages`, expected `stages`: a list of at least 1 entry'],
  },
  {
    about: 'empty stages',
    text: 'stages: []\n',
    says: ['p.yaml:1: found an empty list for `stages`, expected at least one stage'],
  },
  {
    about: 'null stages',
    text: 'stages:\n',
    says: ['p.yaml:1: found nothing for `stages`, expected a list of stages'],
  },
  {
    about: 'stages as a map',
    text: 'stages:\n  load: {}\n',
    says: ['p.yaml:2: found a map for `stages`, expected a list of stages'],
  },
  {
    about: 'bad name',
    text: `name: My Pipeline\nabout: 3\n${good}`,
    says: [
      'p.yaml:1: found "My Pipeline" for `name`, expected a name of lower-case letters, digits and `-`',
      'p.yaml:2: found 3 for `about`, expected text',
    ],
  },
  {
    about: 'unknown stage',
    text: good.replace('- segment', '- segmnt'),
    says: [
      'p.yaml:3: found the unknown stage `segmnt`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`; did you mean `segment`?',
    ],
  },
  {
    about: 'unknown stage, nothing near',
    text: good.replace('- encode', '- frobnicate'),
    says: [
      'p.yaml:6: found the unknown stage `frobnicate`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`',
    ],
  },
  {
    about: 'prototype names',
    text: 'stages:\n  - constructor\n  - __proto__\n  - toString: {}\n',
    says: [
      'p.yaml:2: found the unknown stage `constructor`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`',
      'p.yaml:3: found the unknown stage `__proto__`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`',
      'p.yaml:4: found the unknown stage `toString`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`',
    ],
  },
  {
    about: 'prototype key',
    text: 'stages:\n  - load: { __proto__: { a: 1 } }\n',
    says: ['p.yaml:2: found the key `__proto__`, expected another name'],
  },
  {
    about: 'constructor as an option',
    text: 'stages:\n  - load: { constructor: 1 }\n',
    says: ['p.yaml:2: found the unknown key `constructor` in `load`, expected no keys here'],
  },
  {
    about: 'unknown option',
    text: good.replace('mask:', 'maks:'),
    says: [
      'p.yaml:3: found the unknown key `maks` in `segment`, expected `mask`, `threshold` or `closing`; did you mean `mask`?',
    ],
  },
  {
    about: 'wrong type and range',
    text: good.replace('{ mask: lung_mask }', '\n      threshold: low\n      closing: 12'),
    says: [
      'p.yaml:4: found "low" for `segment.threshold`, expected a number from -1024 to 0',
      'p.yaml:5: found 12 for `segment.closing`, expected a whole number from 0 to 9',
    ],
  },
  {
    about: 'fraction for whole number',
    text: good.replace('{ mask: lung_mask }', '{ closing: 2.5 }'),
    says: ['p.yaml:3: found 2.5 for `segment.closing`, expected a whole number from 0 to 9'],
  },
  {
    about: 'enumeration',
    text: good.replace('- encode', '- encode: { engine: wams }'),
    says: [
      'p.yaml:6: found "wams" for `encode.engine`, expected `auto`, `wasm` or `node-gpu`; did you mean `wasm`?',
    ],
  },
  {
    about: 'missing option',
    text: good.replace('- register: { atlas: ../atlas }', '- register'),
    says: ['p.yaml:4: found `register` without `atlas`, expected `atlas`: a path'],
  },
  {
    about: 'missing option in map',
    text: good.replace('register: { atlas: ../atlas }', 'register: { convention: reference }'),
    says: ['p.yaml:4: found `register` without `atlas`, expected `atlas`: a path'],
  },
  {
    about: 'inside a union',
    text: good.replace('- encode', '- encode: { weights: { sead: 1 } }'),
    says: [
      'p.yaml:6: found the unknown key `sead` in `encode.weights`, expected `seed`; did you mean `seed`?',
    ],
  },
  {
    about: 'union of neither kind',
    text: good.replace('- encode', '- encode: { weights: 3 }'),
    says: ['p.yaml:6: found 3 for `encode.weights`, expected text, or a map with `seed`'],
  },
  {
    about: 'list element',
    text: good.replace('- write', '- write: { columns: [embedding, patch] }'),
    says: [
      'p.yaml:7: found "patch" for `write.columns.1`, expected `embedding`, `patches` or `lungs`; did you mean `patches`?',
    ],
  },
  {
    about: 'empty list',
    text: good.replace('- write', '- write: { columns: [] }'),
    says: [
      'p.yaml:7: found an empty list for `write.columns`, expected a list of at least 1 entry, each `embedding`, `patches` or `lungs`',
    ],
  },
  {
    about: 'options that are no map',
    text: good.replace('{ mask: lung_mask }', 'lung_mask'),
    says: ['p.yaml:3: found "lung_mask" for `segment`, expected a map of options'],
  },
  {
    about: 'options not indented',
    text: good.replace('segment: { mask: lung_mask }', 'segment:\n    mask: lung_mask'),
    says: [
      'p.yaml:4: found `mask` beside the stage `segment`, expected options indented deeper than `segment:`',
    ],
  },
  {
    about: 'two stages in an entry',
    text: good.replace('segment: { mask: lung_mask }', 'segment: { mask: m }\n    write: {}'),
    says: [
      'p.yaml:4: found `write` beside the stage `segment`, expected one stage an entry: begin another with `-`',
    ],
  },
  {
    about: 'a number as a stage',
    text: 'stages: [3, null, [load], {}]\n',
    says: [
      'p.yaml:1: found 3, expected a stage: `NAME`, `NAME: { OPTIONS }` or `use: MODULE`',
      'p.yaml:1: found nothing, expected a stage: `NAME`, `NAME: { OPTIONS }` or `use: MODULE`',
      'p.yaml:1: found a list, expected a stage: `NAME`, `NAME: { OPTIONS }` or `use: MODULE`',
      'p.yaml:1: found an empty map, expected a stage: `NAME`, `NAME: { OPTIONS }` or `use: MODULE`',
    ],
  },
  {
    about: 'duplicate key',
    text: good.replace('{ mask: lung_mask }', '\n      mask: a\n      mask: b'),
    says: ['p.yaml:5: found `mask` again (first on line 4), expected each key once'],
  },
  {
    about: 'unmet port',
    text: 'stages:\n  - load\n  - encode\n  - write\n',
    says: [
      'p.yaml:3: found `encode`, which needs `patches`, given by no stage before it, expected a stage before it that gives `patches`, such as `patch`',
    ],
  },
  {
    about: 'unmet port that a later stage gives',
    text: 'stages:\n  - load\n  - register: { atlas: a }\n  - segment\n',
    says: [
      'p.yaml:3: found `register`, which needs `lungs`, given by no stage before it, expected `register` to move below `segment` (line 4), which gives it',
    ],
  },
  {
    about: 'dropped port',
    text: good.replace('  - encode\n', '  - segment: { closing: 1 }\n  - encode\n'),
    says: [
      'p.yaml:6: found `segment`, which needs `ct` after `patch` (line 5) dropped it, expected `segment` to stand before `patch` (line 5)',
      'p.yaml:6: found `segment`, which gives `lungs` again, expected `lungs` to be given once: `segment` (line 3) already does',
    ],
  },
  {
    about: 'first stage needs something',
    text: 'stages:\n  - segment\n  - load\n',
    says: [
      'p.yaml:2: found `segment` as the first stage, which needs `ct`, given by no stage before it, expected `segment` to move below `load` (line 3), which gives it',
    ],
  },
  {
    about: 'port given twice',
    text: 'stages:\n  - load\n  - load\n',
    says: [
      'p.yaml:3: found `load`, which gives `ct` again, expected `ct` to be given once: `load` (line 2) already does',
    ],
  },
  {
    about: 'YAML syntax: tab',
    text: 'stages:\n\t- load\n',
    says: ['p.yaml:2: found a tab as indentation, expected spaces'],
  },
  {
    about: 'YAML syntax: open bracket',
    text: 'stages: [load\n',
    says: [
      'p.yaml:2: found text that is not YAML (Flow sequence in block collection must be sufficiently indented and end with a ]), expected YAML',
    ],
  },
  {
    about: 'YAML syntax: indentation',
    text: 'stages:\n  - load\n - segment\n',
    says: [
      'p.yaml:3: found text that is not YAML (A block sequence may not be used as an implicit map key), expected YAML',
    ],
  },
  {
    about: 'two documents',
    text: `${good}---\nstages: []\n`,
    says: ['p.yaml:8: found a second YAML document, expected one document'],
  },
  {
    about: 'tags',
    text: 'stages:\n  - !!js/function "x"\n  - load: !custom {}\n',
    says: [
      'p.yaml:2: found the tag `!!js/function`, expected a plain value without a tag',
      'p.yaml:3: found the tag `!custom`, expected a plain value without a tag',
    ],
  },
  {
    about: 'merge key',
    text: 'stages:\n  - load: &a {}\n  - segment: { <<: *a }\n',
    says: ['p.yaml:3: found the merge key `<<`, expected the keys themselves, or values shared by `params`'],
  },
  {
    about: 'unset alias',
    text: 'stages: [*x]\n',
    says: ['p.yaml:1: found the alias `*x`, expected an anchor `&x` before it'],
  },
  {
    about: 'alias inside itself',
    text: 'stages: &s [load, *s]\n',
    says: ['p.yaml:1: found `*s` inside itself, expected a finite value'],
  },
  {
    about: 'alias bomb',
    text: `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.replaceAll(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)}, `.repeat(9)}]\n`)}stages: [load]\n`,
    says: ['p.yaml:5: found aliases that unfold to more than 10000 values, expected fewer'],
  },
  {
    about: 'unknown parameter',
    text: `params: { atlas: ../atlas }\n${good.replace('{ atlas: ../atlas }', '{ atlas: ${atlsa} }')}`,
    says: ['p.yaml:5: found the unknown parameter `atlsa`, expected `atlas`; did you mean `atlas`?'],
  },
  {
    about: 'no parameters',
    text: good.replace('lung_mask', '"${mask}"'),
    says: [
      'p.yaml:3: found the unknown parameter `mask`, expected a parameter declared under `params` or in an included file',
    ],
  },
  {
    about: 'part of a value',
    text: `params: { atlas: ../atlas }\n${good.replace('lung_mask', '${atlas}/x')}`,
    says: ['p.yaml:4: found `${atlas}/x`, expected `${name}` to be the whole value'],
  },
  {
    about: 'parameter in parameter',
    text: `params:\n  a: ../atlas\n  b: \${a}\n${good}`,
    says: [
      'p.yaml:3: found a reference inside `params`, expected a plain value: parameters do not refer to each other',
    ],
  },
  {
    about: 'parameter of a wrong type',
    text: `params: { closing: many }\n${good.replace('mask: lung_mask', 'closing: ${closing}')}`,
    says: ['p.yaml:1: found "many" for `segment.closing`, expected a whole number from 0 to 9'],
  },
  {
    about: 'bad parameter name',
    text: `params: { a b: 1 }\n${good}`,
    says: ['p.yaml:1: found the key `a b`, expected a name of letters, digits, `-` and `_`'],
  },
  {
    about: 'use: missing file',
    text: 'stages:\n  - load\n  - use: ./nowhere.js\n',
    says: [
      'p.yaml:3: found `./nowhere.js`, which cannot be imported (not found, or a file that it imports is not), expected an ES module, by path relative to this file or by the name of an installed package',
    ],
  },
  {
    about: 'use: unknown package',
    text: 'stages:\n  - use: no-such-package-anywhere\n',
    says: [
      'p.yaml:2: found `no-such-package-anywhere`, which cannot be imported (not found, or a file that it imports is not), expected an ES module, by path relative to this file or by the name of an installed package',
    ],
  },
  {
    about: 'use: misspelt with',
    text: 'stages:\n  - use: ./nowhere.js\n    wiht: {}\n',
    says: [
      'p.yaml:2: found `./nowhere.js`, which cannot be imported (not found, or a file that it imports is not), expected an ES module, by path relative to this file or by the name of an installed package',
      'p.yaml:3: found the unknown key `wiht` beside `use`, expected `use` or `with`; did you mean `with`?',
    ],
  },
  {
    about: 'use: no text',
    text: 'stages:\n  - use: 3\n  - use: ./a.js\n    with: 7\n',
    says: [
      'p.yaml:2: found 3 for `use`, expected the path or the package name of a module',
      'p.yaml:4: found 7 for `with`, expected a map of options',
    ],
  },
  {
    about: '--set: unknown parameter',
    text: `params: { atlas: ../atlas }\n${good}`,
    set: ['atlsa=x', 'input=y', 'segment=1', 'closing=2', 'a=b=c'],
    says: [
      '`set` atlsa=x: found the unknown parameter `atlsa`, expected `atlas`, or an option as `STAGE.OPTION`; did you mean `atlas`?',
      '`set` input=y: found `input`, which is no parameter, expected the run’s own option `input`',
      '`set` segment=1: found the stage `segment` itself, expected `segment.OPTION=VALUE`',
      '`set` closing=2: found the unknown parameter `closing`, expected `atlas`, or an option as `STAGE.OPTION`; did you mean `segment.closing`?',
      '`set` a=b=c: found the unknown parameter `a`, expected `atlas`, or an option as `STAGE.OPTION`',
    ],
  },
  {
    about: '--set: unknown stage or option',
    text: good,
    set: ['segmnt.closing=1', 'segment.closig=1', 'segment.closing=12', 'encode.weights.sead=1'],
    says: [
      '`set` segmnt.closing=1: found the unknown stage `segmnt`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`; did you mean `segment.closing`?',
      '`set` segment.closing=12: found 12 for `segment.closing`, expected a whole number from 0 to 9',
      '`set` segment.closig=1: found the unknown key `closig` in `segment`, expected `mask`, `threshold` or `closing`; did you mean `closing`?',
      '`set` encode.weights.sead=1: found the unknown key `sead` in `encode.weights`, expected `seed`; did you mean `seed`?',
    ],
  },
  {
    about: '--set: malformed',
    text: good,
    set: ['closing', '=3', 'a b=1', 'segment.=1', '__proto__.a=1'],
    says: [
      '`set` closing: found no `=`, expected `PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
      '`set` =3: found a key that is no name, expected `PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
      '`set` a b=1: found a key that is no name, expected `PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
      '`set` segment.=1: found a key that is no name, expected `PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
      '`set` __proto__.a=1: found a key that is no name, expected `PARAMETER=VALUE` or `STAGE.OPTION=VALUE`',
    ],
  },
  {
    about: '--set: text where a number is wanted',
    text: good,
    set: ['segment.closing=[1', 'segment.closing=two'],
    says: [
      '`set` segment.closing=two: found "two" for `segment.closing`, expected a whole number from 0 to 9',
    ],
  },
  {
    about: 'a parameter without a value',
    text: 'params:\n  atlas:\n  unused:\nstages:\n  - load\n  - segment\n  - register: {atlas: "${atlas}"}\n',
    says: ['p.yaml:2: found no value for the parameter `atlas`, expected `set` atlas=VALUE'],
  },
  {
    about: '--engine that no stage takes',
    text: 'stages: [load]\n',
    overrides: { engine: 'wasm' },
    says: [
      '`engine` wasm: found no stage of this pipeline that has the option `engine`, expected no such option',
    ],
  },
  {
    about: '--engine of a wrong name',
    text: good,
    overrides: { engine: 'wasmm' },
    says: [
      '`engine` wasmm: found "wasmm" for `encode.engine`, expected `auto`, `wasm` or `node-gpu`; did you mean `wasm`?',
    ],
  },
  {
    about: 'everything at once',
    text: 'nme: x\nstages:\n  - laod\n  - segment: { maks: 1, closing: -1 }\n  - encode: { engine: cuda }\n  - write: { columns: [embeddings] }\n',
    set: ['x=1'],
    says: [
      '`set` x=1: found the unknown parameter `x`, expected an option as `STAGE.OPTION`',
      'p.yaml:1: found the unknown key `nme`, expected `name`, `about`, `input`, `out`, `include`, `params` or `stages`; did you mean `name`?',
      'p.yaml:3: found the unknown stage `laod`, expected `load`, `segment`, `register`, `patch`, `encode` or `write`, or `use: MODULE`; did you mean `load`?',
      'p.yaml:4: found the unknown key `maks` in `segment`, expected `mask`, `threshold` or `closing`; did you mean `mask`?',
      'p.yaml:4: found -1 for `segment.closing`, expected a whole number from 0 to 9',
      'p.yaml:5: found `encode`, which needs `patches`, given by no stage before it, expected a stage before it that gives `patches`, such as `patch`',
      'p.yaml:5: found "cuda" for `encode.engine`, expected `auto`, `wasm` or `node-gpu`',
      'p.yaml:6: found "embeddings" for `write.columns.0`, expected `embedding`, `patches` or `lungs`; did you mean `embedding`?',
    ],
  },
];
