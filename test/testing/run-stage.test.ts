/** What a stage's author tests with holds stages to what a run would. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineStage, port, z, type Tensor } from '../../src/index.js';
import { runStage, stageEnv, stageTask, subjectOf } from '../../src/testing/index.js';
import { encode } from '../../stages/encode/index.js';
import { randomPatches } from '../networks/random-network.js';

const numbers = port<Tensor>('Tensor', 'any numbers');
const sum = port<number>('number', 'their sum');

const closed: string[] = [];

/** What is wrong with it is an option, so that one stage shows every fault. */
const adding = defineStage({
  name: 'adding',
  version: 1,
  summary: 'Adds numbers.',
  config: z.strictObject({ fault: z.string().optional() }),
  lane: 'cpu',
  needs: { numbers },
  gives: { sum },
  facts: { count: { type: 'int32', about: 'how many' } },
  open({ fault }, env) {
    env.notice(`adds in ${env.outDir}`);
    env.record('adding', 'exact');
    return {
      process({ numbers: { data } }, task) {
        task.fact('count', fault === 'fact' ? ('many' as unknown as number) : data.length);
        if (data.length === 0) task.flag(`${task.subject.sid} has nothing`);
        const given = { sum: Array.from(data, Number).reduce((a, b) => a + b, 0) };
        if (fault === 'missing') return Promise.resolve({} as typeof given);
        return Promise.resolve(fault === 'undeclared' ? { ...given, mean: 0 } : given);
      },
      close(ending) {
        closed.push(ending);
        return Promise.resolve();
      },
    };
  },
});

function tensor(numbers: readonly number[]): { numbers: Tensor } {
  const data = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  data.set(numbers);
  return { numbers: { data, shape: [data.length] } };
}

describe('runStage', () => {
  it('gives what the stage gave, found out and said', async () => {
    const ran = await runStage(adding(), tensor([1, 2, 3]), { env: { outDir: 'here' } });
    assert.deepEqual(ran.given, { sum: 6 });
    assert.deepEqual(ran.facts, { count: 3 });
    assert.deepEqual(ran.notices, ['adds in here']);
    assert.deepEqual([...ran.provenance], [['adding', 'exact']]);
    assert.deepEqual(closed.splice(0), ['complete']);
    const none = await runStage(adding(), tensor([]), { task: { subject: subjectOf('11A') } });
    assert.deepEqual(none.flags, ['11A has nothing']);
  });

  for (const [fault, code] of [
    ['fact', 'fact-type'],
    ['missing', 'missing-value'],
    ['undeclared', 'undeclared-value'],
  ] as const)
    it(`refuses what a run would, and closes the stage: ${code}`, async () => {
      closed.length = 0;
      await assert.rejects(runStage(adding({ fault }), tensor([1])), { code });
      assert.deepEqual(closed, ['interrupted']);
    });

  it('hands a batch stage its units in batches, with the same numbers whatever their size', async () => {
    const data = randomPatches(5, 3);
    const run = (batch: number) =>
      runStage(encode({ weights: { seed: 0 }, engine: 'wasm', batch }), {
        patches: { data, shape: [5, 32, 32, 32] },
      });
    const [two, five] = [await run(2), await run(5)];
    assert.deepEqual(two.given.nodes.shape, [5, 128]);
    assert.deepEqual(two.given.nodes.data, five.given.nodes.data);
    assert.ok(new Set(two.given.nodes.data).size > 100);
  });
});

describe('stageEnv and stageTask', () => {
  it('tell the caller’s own listeners, too', () => {
    const heard: string[] = [];
    const env = stageEnv({ notice: (message) => heard.push(message) });
    env.notice('a word');
    assert.deepEqual([env.notices, heard], [['a word'], ['a word']]);
    const task = stageTask();
    task.fact('anything', 1);
    assert.equal(task.facts.get('anything'), 1);
  });
});
