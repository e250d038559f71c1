import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse } from 'yaml';
import { loadPipelineFile, type LoadOptions } from '../../../src/config/pipeline/load-pipeline.js';
import { FileProblems } from '../../../src/config/yaml/problems.js';
import { badFiles } from './bad-files.js';
import { stageTypes } from './stages.js';
import { temporaryDirectory } from '../../temporary.js';

const GOOD = `# a comment
name: extract
about: lungs to vectors
input: cohort/dataset.csv
out: features
params:
  atlas: ../data/atlas
stages:
  - load
  - segment: { mask: lung_mask }
  - register: { atlas: \${atlas} }
  - patch:
      atlas: "\${atlas}"
  - encode:
      weights: { seed: 3 }
  - write: { columns: [embedding] }
`;
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../test/config/pipeline/fixtures/${name}`, import.meta.url));

describe('pipeline files', () => {
  const dir = temporaryDirectory('config');

  const load = async (text: string | Uint8Array, options: Partial<LoadOptions> = {}, name = 'p.yaml') => {
    await writeFile(join(dir, name), text);
    return loadPipelineFile(name, { stageTypes, cwd: dir, ...options });
  };
  const messages = async (...args: Parameters<typeof load>) => {
    try {
      await load(...args);
      return [];
    } catch (error) {
      assert.ok(error instanceof FileProblems, String(error));
      assert.equal(error.kind, 'pipeline-file');
      assert.equal(error.message, error.lines().join('\n'));
      return error.lines();
    }
  };

  it('gives the configured stages with their lines, paths and facts', async () => {
    const loaded = await load(GOOD);
    assert.equal(loaded.name, 'extract');
    assert.equal(loaded.about, 'lungs to vectors');
    assert.equal(loaded.file, join(dir, 'p.yaml'));
    assert.equal(loaded.input, join(dir, 'cohort/dataset.csv'));
    assert.equal(loaded.out, join(dir, 'features'));
    assert.equal(loaded.resolvePath('../data/atlas'), join(dir, '../data/atlas'));
    assert.deepEqual(
      loaded.stages.map(({ stage, line }) => [line, stage.name, stage.config]),
      [
        [9, 'load', {}],
        [10, 'segment', { mask: 'lung_mask', threshold: -500, closing: 3 }],
        [11, 'register', { atlas: '../data/atlas', convention: 'reference' }],
        [12, 'patch', { atlas: '../data/atlas' }],
        [14, 'encode', { weights: { seed: 3 }, engine: 'auto' }],
        [16, 'write', { columns: ['embedding'], format: 'arrow' }],
      ],
    );
    assert.deepEqual(
      loaded.portsBefore.map((ports) => Object.keys(ports)),
      [
        [],
        ['ct'],
        ['ct', 'lungs'],
        ['ct', 'lungs', 'atlasToSubject'],
        ['lungs', 'atlasToSubject', 'patches'],
        ['lungs', 'atlasToSubject', 'embedding'],
        ['lungs', 'atlasToSubject', 'embedding'],
      ],
    );
    assert.deepEqual(Object.keys(loaded.facts), [
      ...['voxels', 'right_lung_ml', 'seconds_load', 'seconds_segment', 'seconds_register'],
      ...['seconds_patch', 'seconds_encode'],
    ]);
  });

  it('records what is computed as YAML that loads again to the same', async () => {
    const set = ['atlas=./shared/atlas', 'encode.weights.seed=1', 'segment.closing=5'];
    const { text, stages } = await load(GOOD, { set });
    assert.deepEqual(parse(text), {
      name: 'extract',
      about: 'lungs to vectors',
      stages: [
        'load',
        { segment: { mask: 'lung_mask', closing: 5 } },
        { register: { atlas: './shared/atlas' } },
        { patch: { atlas: './shared/atlas' } },
        { encode: { weights: { seed: 1 } } },
        { write: { columns: ['embedding'] } },
      ],
    });
    assert.deepEqual(stages[2].stage.config, {
      atlas: join(dir, 'shared/atlas'),
      convention: 'reference',
    });
    assert.equal((await load(text)).text, text);
  });

  it('records of an absolute path only its last part', async () => {
    const { text, stages } = await load(GOOD, { set: [`atlas=${dir}/atlas`] });
    assert.ok(!text.includes(dir), text);
    assert.match(text, /atlas: …\/atlas/);
    assert.equal((stages[2].stage.config as { atlas: string }).atlas, `${dir}/atlas`);
  });

  it('takes values of --set as YAML, the last one winning, and --engine behind them', async () => {
    const set = ['encode.weights={seed: 9}', 'segment.threshold=-400.5', 'encode.weights=model.pt'];
    const { stages } = await load(GOOD, { set, overrides: { engine: 'wasm' } });
    assert.deepEqual(stages[4].stage.config, { weights: 'model.pt', engine: 'wasm' });
    assert.equal((stages[1].stage.config as { threshold: number }).threshold, -400.5);
    const both = await load(GOOD, { set: ['encode.engine=node-gpu'], overrides: { engine: 'wasm' } });
    assert.deepEqual(both.stages[4].stage.config, { weights: { seed: 3 }, engine: 'node-gpu' });
  });

  it('fills parameters into the input and the output, too, and checks what they then hold', async () => {
    const text = 'params: { where: ../a }\ninput: ${where}\nstages: [load]\n';
    assert.equal((await load(text)).input, join(dir, '../a'));
    assert.equal((await load(text, { set: ['where=./b'] })).input, join(dir, 'b'));
    assert.equal((await load(text, { set: ['where=3'] })).input, join(dir, '3'));
    assert.deepEqual(await messages(text, { set: ['where='] }), [
      '`set` where=: found "" for `input`, expected text that is not empty',
    ]);
  });

  it('takes what `set` gives to the letter where text is wanted', async () => {
    const text = [
      'study #1',
      ...[
        '2021',
        '007',
        '1e3',
        '.5',
        'true',
        'null',
        '~',
        'a: b',
        '[x]',
        '{x}',
        '- x',
        '*z',
        '&q',
        '!w',
        '%p',
      ],
      ...['@v', '"q"', "'q'", 'a,b', ' x ', '[1', '!!js x', '`', '| x', '> x', '?', '# x'],
    ];
    for (const written of text) {
      const { stages } = await load(GOOD, { set: [`segment.mask=${written}`, `atlas=/d/${written}`] });
      assert.deepEqual((stages[1].stage.config as { mask: string }).mask, written);
      assert.equal((stages[2].stage.config as { atlas: string }).atlas, resolve(`/d/${written}`));
      if (written === '{x}') continue; // a map, where there may be one
      const weights = await load(GOOD, { set: [`encode.weights=${written}`] });
      assert.deepEqual((weights.stages[4].stage.config as { weights: unknown }).weights, written);
    }
  });

  it('reads what `set` gives as the option’s own type elsewhere', async () => {
    const config = async (at: number, ...set: string[]) =>
      (await load(GOOD, { set })).stages[at].stage.config;
    assert.equal(((await config(1, 'segment.closing=4')) as { closing: number }).closing, 4);
    assert.equal(((await config(1, 'segment.threshold=-4e2')) as { threshold: number }).threshold, -400);
    assert.deepEqual(((await config(4, 'encode.weights={seed: 7}')) as { weights: unknown }).weights, {
      seed: 7,
    });
    assert.deepEqual(((await config(4, 'encode.weights.seed=7')) as { weights: unknown }).weights, {
      seed: 7,
    });
    assert.deepEqual(((await config(5, 'write.columns=[lungs]')) as { columns: unknown }).columns, ['lungs']);
  });

  it('wants a value only for parameters of stages that run, and none for a draft', async () => {
    const text = 'params: {atlas: }\nstages: [load, segment, {register: {atlas: "${atlas}"}}]\n';
    assert.equal((await messages(text)).length, 1);
    assert.equal((await load(text, { set: ['atlas=x'] })).stages.length, 3);
    assert.equal((await load(text, { draft: true })).stages.length, 3);
  });

  it('names a pipeline after its file, and accepts aliases, BOM and CRLF', async () => {
    const text = '\uFEFFstages:\r\n  - load: &none {}\r\n  - segment: *none\r\n';
    const loaded = await load(text, {}, 'lungs-only.yaml');
    assert.equal(loaded.name, 'lungs-only');
    assert.deepEqual(
      loaded.stages.map(({ line }) => line),
      [2, 3],
    );
  });

  it('allows a stage twice where it gives nothing twice', async () => {
    const { facts } = await load(
      'stages:\n  - load\n  - segment\n  - write: { columns: [lungs] }\n  - write: { columns: [lungs], format: parquet }\n',
    );
    assert.deepEqual(Object.keys(facts).slice(2), ['seconds_load', 'seconds_segment', 'seconds_write']);
  });

  it('imports a third party’s stage by path', async () => {
    const use = `use: ${fixture('stage.js')}`;
    const text = `stages:\n  - load\n  - segment\n  - ${use}\n    with: { at_least: 3 }\n`;
    const { stages, facts } = await load(text, { set: ['count-lung.at_least=4'] });
    const [, , { stage, line }] = stages;
    assert.deepEqual([stage.name, line, stage.config], ['count-lung', 4, { at_least: 4 }]);
    assert.ok('lung_voxels' in facts);
    assert.deepEqual(await messages(text.replace('at_least', 'at_most')), [
      'p.yaml:5: found the unknown key `at_most` in `count-lung`, expected `at_least`',
    ]);
  });

  it('imports a third party’s stage by package name, from where the pipeline file lies', async () => {
    const source = `export { default } from ${JSON.stringify(fixture('stage.js'))};`;
    for (const [name, exports] of Object.entries({ plain: './a.js', esm: { import: './a.js' } })) {
      const home = join(dir, 'node_modules', `stage-${name}`);
      await mkdir(home, { recursive: true });
      await writeFile(join(home, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
      await writeFile(join(home, 'a.js'), source);
      const { stages } = await load(`stages:\n  - load\n  - segment\n  - use: stage-${name}\n`);
      assert.deepEqual([stages[2].stage.name, stages[2].use], ['count-lung', `stage-${name}`]);
    }
  });

  it('says why a module is no stage', async () => {
    for (const [file, why] of Object.entries({
      'no-stage.js': ', whose default export is no stage, expected `export default defineStage({ … })`',
      'no-default.js': ', which has no default export, expected `export default defineStage({ … })`',
      'throws.js':
        ', which cannot be imported (Error: broken on purpose), expected an ES module, ' +
        'by path relative to this file or by the name of an installed package',
    }))
      assert.deepEqual(await messages(`stages:\n  - use: ${fixture(file)}\n`), [
        `p.yaml:2: found \`${fixture(file)}\`${why}`,
      ]);
  });

  for (const { about, text, set = [], overrides = {}, says } of badFiles)
    it(`refuses: ${about}`, async () => {
      assert.deepEqual(await messages(text, { set, overrides }), says);
    });

  it('refuses what is no text file, before parsing it', async () => {
    const refused = async (content: string | Uint8Array) => (await messages(content))[0];
    assert.equal(
      await refused('# '.padEnd(1024 * 1024 + 1, 'x')),
      'p.yaml: found 1.0 MiB, expected at most 1 MiB',
    );
    assert.equal(
      await refused(Uint8Array.of(0x1f, 0x8b, 0)),
      'p.yaml: found binary data, expected text in UTF-8',
    );
    assert.equal(
      await refused(Buffer.from('about: Lungenlappen größe', 'latin1')),
      'p.yaml: found bytes that are not UTF-8, expected text saved as UTF-8',
    );
    const missing = loadPipelineFile('none.yaml', { stageTypes, cwd: dir });
    await assert.rejects(missing, { message: 'none.yaml: found no such file, expected a readable file' });
    const directory = loadPipelineFile('.', { stageTypes, cwd: dir });
    await assert.rejects(directory, { message: '.: found a directory, expected a file' });
  });

  it('survives text that overwhelms a parser', async () => {
    const lines = (line: string) => `${line}\n`.repeat(2000);
    for (const hostile of [
      '['.repeat(900_000),
      '- '.repeat(500_000), // one line of this ends the process inside the YAML library
      lines('- '.repeat(1000)),
      lines('['),
      Array.from({ length: 1200 }, (_, indent) => `${' '.repeat(indent)}a:`).join('\n'),
      lines('&a *a'),
    ])
      assert.ok((await messages(hostile)).length > 0);
  });

  it('throws nothing but its own error for any mutation of a good file', async () => {
    const pieces = [
      '${',
      '}',
      '{',
      '[',
      ']',
      ':',
      ' ',
      '\n',
      '\t',
      '- ',
      '&a ',
      '*a',
      '!!',
      '<<',
      '"',
      "'",
      '#',
    ];
    const edit = fc.record({
      at: fc.nat(GOOD.length),
      remove: fc.nat(6),
      insert: fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ maxLength: 4, unit: 'binary' }),
        fc.integer().map(String),
      ),
    });
    const settings = fc.array(
      fc.oneof(
        fc.string({ maxLength: 12 }),
        fc
          .tuple(fc.constantFrom('atlas', 'segment.closing', 'encode.weights.seed'), fc.string())
          .map(([key, value]) => `${key}=${value}`),
      ),
      { maxLength: 2 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), settings, async (edits, set) => {
        const text = edits.reduce(
          (before, { at, remove, insert }) => before.slice(0, at) + insert + before.slice(at + remove),
          GOOD,
        );
        for (const line of await messages(text, { set })) assert.doesNotMatch(line, /undefined|\[object|\n/);
      }),
      { numRuns: 400 },
    );
  });
});
