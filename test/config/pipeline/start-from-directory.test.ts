import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadPipelineFile, type LoadOptions } from '../../../src/config/pipeline/load-pipeline.js';
import { FileProblems } from '../../../src/config/yaml/problems.js';
import { port } from '../../../src/core/port.js';
import { defineStage, type FoundSubject } from '../../../src/core/stage.js';
import { temporaryDirectory } from '../../temporary.js';
import * as stages from './stages.js';

/** What the next directory holds. */
let held: readonly FoundSubject[] | undefined;
const found = (...sids: string[]): FoundSubject[] =>
  sids.map((sid) => ({ sid, image: `p/${sid}`, columns: { mask: `m/${sid}.nii`, note: '' } }));

const common = {
  version: 1,
  summary: 'A stage for tests.',
  lane: 'cpu',
  config: z.strictObject({}),
  open: () => Promise.reject(new Error('no test opens a stage')),
} as const;
const readPatches = defineStage({
  ...common,
  name: 'read-patches',
  needs: {},
  gives: { patches: port<number>('Tensor<int16>', 'patches') },
  startsFrom: { about: 'p/SID', find: () => Promise.resolve(held) },
});
const preview = defineStage({
  ...common,
  name: 'preview',
  needs: { ct: port<number>('CtVolume', 'HU') },
  gives: {},
});
const stageTypes = [...stages.stageTypes, readPatches, preview];

const EXTRACT = `name: extract
stages:
  - load
  - segment
  - register: { atlas: ../atlas }
  - preview
  - patch: { atlas: ../atlas }
  - encode: { weights: { seed: 3 } }
  - write: { columns: [embedding] }
`;

describe('a pipeline whose input is a directory', () => {
  const dir = temporaryDirectory('start');
  const load = async (text: string, options: Partial<LoadOptions> = {}) => {
    await mkdir(join(dir, 'cut'), { recursive: true });
    await writeFile(join(dir, 'p.yaml'), text);
    return loadPipelineFile('p.yaml', { stageTypes, cwd: dir, input: 'cut', ...options });
  };
  const messages = async (...args: Parameters<typeof load>) => {
    const error = await load(...args).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof FileProblems, String(error));
    return error.lines();
  };

  it('starts behind what the directory holds, and says what it leaves out', async () => {
    held = found('a', 'b');
    const { stages, start, facts, portsBefore, input, text } = await load(EXTRACT);
    assert.deepEqual(
      stages.map(({ stage }) => stage.name),
      ['read-patches', 'encode', 'write'],
    );
    assert.deepEqual(Object.keys(facts), ['seconds_read_patches', 'seconds_encode']);
    assert.deepEqual(
      portsBefore.map((ports) => Object.keys(ports)),
      [[], ['patches'], ['embedding'], ['embedding']],
    );
    assert.equal(input, join(dir, 'cut'));
    assert.equal(start?.stage, 'read-patches');
    assert.deepEqual(start.leftOut, ['load', 'segment', 'register', 'preview', 'patch']);
    assert.deepEqual(start.cohort.notices, [
      'The input holds patches (`read-patches`): the run starts at encode; left out: load, segment, register, preview, patch.',
    ]);
    assert.deepEqual(parse(text), {
      name: 'extract',
      stages: ['read-patches', { encode: { weights: { seed: 3 } } }, { write: { columns: ['embedding'] } }],
    });
  });

  it('makes a cohort of what was found, with absolute paths', async () => {
    held = found('b', 'a');
    const { cohort } = (await load(EXTRACT)).start!;
    assert.deepEqual(
      cohort.subjects.map(({ sid, index, image }) => [sid, index, image.path]),
      [
        ['b', 0, join(dir, 'cut/p/b')],
        ['a', 1, join(dir, 'cut/p/a')],
      ],
    );
    assert.equal(cohort.subjects[0].path('mask'), join(dir, 'cut/m/b.nii'));
    assert.equal(cohort.subjects[0].path('note'), undefined);
    assert.equal(cohort.unavailable.size, 0);
  });

  it('takes the input that the file names, and leaves a manifest to itself', async () => {
    held = found('a');
    const own = `input: cut\n${EXTRACT}`;
    assert.equal((await load(own, { input: undefined })).start?.stage, 'read-patches');
    await writeFile(join(dir, 'm.csv'), 'sid,image\n');
    for (const input of ['m.csv', 'absent'])
      assert.equal((await load(own, { input })).start, undefined, input);
  });

  it('takes the stage where the file itself has it, with nothing to say', async () => {
    held = found('a');
    const text = EXTRACT.replace(/ {2}- load[^]*- patch.*\n/, '  - read-patches\n');
    const { start, stages } = await load(text);
    assert.deepEqual(start?.leftOut, []);
    assert.deepEqual(start.cohort.notices, []);
    assert.deepEqual(
      stages.map(({ stage, line }) => [stage.name, line]),
      [
        ['read-patches', 3],
        ['encode', 4],
        ['write', 5],
      ],
    );
  });

  it('refuses a directory that no stage knows, or without subjects, or with sids that are no names', async () => {
    held = undefined;
    assert.deepEqual(await messages(EXTRACT), [
      '`input` cut: found a directory that no stage knows how to start from, expected a manifest, or a directory with `p/SID`',
    ]);
    assert.deepEqual(await messages(`input: cut\n${EXTRACT}`, { input: undefined }), [
      'p.yaml:1: found a directory that no stage knows how to start from, expected a manifest, or a directory with `p/SID`',
    ]);
    held = [];
    assert.deepEqual(await messages(EXTRACT), [
      '`input` cut: found a directory without a subject, expected p/SID',
    ]);
    held = found('a', 'John Doe');
    assert.deepEqual(await messages(EXTRACT), [
      '`input` cut: found a file named for a sid with the character " ", expected letters, digits, `.`, `_` and `-`, at most 128',
    ]);
  });

  it('never drops a writer: what it needs must still be given', async () => {
    held = found('a');
    assert.deepEqual(await messages(EXTRACT.replace('[embedding]', '[embedding, lungs]')), [
      'p.yaml:9: found `write`, which needs `lungs`, given by no stage before it when the run starts with `read-patches`, expected a manifest of scans as the input',
    ]);
  });

  it('refuses a pipeline that has nothing to do with what is there', async () => {
    held = found('a');
    assert.deepEqual(await messages('stages: [load, segment, preview]\n'), [
      '`input` cut: found a directory that gives patches, which no stage of the pipeline works on, expected a manifest, or another pipeline',
    ]);
  });

  it('still checks the options of the stages that it leaves out', async () => {
    held = found('a');
    assert.match(
      (await messages(EXTRACT.replace('- segment', '- segment: { closing: 99 }')))[0],
      /p\.yaml:4/,
    );
  });
});
