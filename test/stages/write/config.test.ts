import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { pipeline } from '../../../src/core/pipeline.js';
import { port } from '../../../src/core/port.js';
import { defineStage } from '../../../src/core/stage.js';
import { manifestColumns } from '../../../src/store/dataset/manifest-columns.js';
import { write } from '../../../stages/write/index.js';
import * as ports from '../../../stages/ports.js';
import { Cohort } from '../../store/dataset/cohort.js';
import { subjectOf } from '../../../src/testing/index.js';

const cut = defineStage({
  name: 'cut',
  version: 1,
  summary: 'gives patches',
  config: z.strictObject({}),
  lane: 'cpu',
  needs: {},
  gives: { patches: ports.patches, corners: ports.corners, adjacency: ports.adjacency },
  open: () => Promise.reject(new Error('not run')),
});
const embed = defineStage({
  name: 'embed',
  version: 1,
  summary: 'gives an embedding',
  config: z.strictObject({}),
  lane: 'cpu',
  needs: {},
  gives: { embedding: ports.embedding },
  open: () => Promise.reject(new Error('not run')),
});

describe('the needs of write', () => {
  it('are the ports its columns name, for the compiler too', () => {
    assert.deepEqual(write().needs, { embedding: ports.embedding });
    assert.deepEqual(write({ columns: ['nodes'] }).needs, { nodes: ports.nodes });
    pipeline(embed()).pipe(write());
    // @ts-expect-error -- no stage before gives `nodes`
    pipeline(embed()).pipe(write({ columns: ['embedding', 'nodes'] }));
  });

  it('are the three that the reference writes, for npy', () => {
    assert.deepEqual(Object.keys(write({ format: 'npy' }).needs), ['patches', 'corners', 'adjacency']);
    assert.deepEqual(Object.keys(write({ format: 'npy', columns: ['nodes'] }).needs), ['nodes']);
    pipeline(cut()).pipe(write({ format: 'npy' }));
    // @ts-expect-error -- no stage before gives patches
    pipeline(embed()).pipe(write({ format: 'npy' }));
  });

  it('may be a port of another package, but none that carries no tensor', () => {
    assert.equal(write({ columns: ['texture'] }).needs['texture'].type, 'Tensor');
    assert.throws(() => write({ columns: ['ct'] }), /does not carry a tensor/);
    assert.throws(() => write({ columns: ['nodes', 'nodes'] }), /named twice/);
    assert.deepEqual(write({ columns: [] }).needs, {});
  });

  it('do not reach outside the output directory', () => {
    for (const to of ['..', '../elsewhere', '/elsewhere', 'a/b', '.hidden', ''])
      assert.throws(() => write({ to }));
  });
});

describe('opening write', () => {
  it('refuses a foreign port that carries no tensor', async () => {
    const cohort = await Cohort.make([{}]);
    cohort.ports = { texture: port<number>('number', 'of another package') };
    await assert.rejects(cohort.open({ columns: ['texture'] }), {
      code: 'column-not-a-tensor',
      kind: 'pipeline-file',
    });
  });

  it('refuses two columns of one name', async () => {
    for (const column of ['sid', 'lung_ml', 'embedding', 'flags']) {
      const cohort = await Cohort.make([{ [column]: '1' }]);
      await assert.rejects(cohort.open({}), { code: 'column-twice', kind: 'pipeline-file' });
    }
  });
});

describe('a manifest column', () => {
  const typeOf = (...values: string[]) =>
    manifestColumns(
      values.map((x, index) => subjectOf(`s${index}`, { index, line: index, columns: { x } })),
    )[0].type;

  it('is numeric only where no value loses anything', () => {
    assert.equal(typeOf('1', '', '-20', '+3'), 'int64');
    assert.equal(typeOf('9223372036854775807'), 'int64');
    assert.equal(typeOf('9223372036854775808'), 'utf8');
    assert.equal(typeOf('1', '2.5', '1e-3', '.5', '5.'), 'float64');
    assert.equal(typeOf('9007199254740993', '0.5'), 'utf8');
    assert.equal(typeOf('1', '007'), 'utf8');
    assert.equal(typeOf('1e999'), 'utf8');
    assert.equal(typeOf('1', 'n/a'), 'utf8');
    assert.equal(typeOf('0x10'), 'utf8');
    assert.equal(typeOf('', ''), 'utf8');
  });
});
