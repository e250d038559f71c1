import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenStage, Stage, StageEnv } from '../../src/core/stage.js';
import { openStages } from '../../src/runtime/open-stages.js';
import { cohort, madeStage, noWorkers } from './cohort.js';

type Opened = OpenStage<unknown, object>;

/** Remembers what it was opened with. */
function opening(stage: Stage, open: (env: StageEnv) => Partial<Opened>): Stage {
  return {
    ...stage,
    open: (env) => Promise.resolve({ process: () => Promise.resolve({}), ...open(env) } as Opened),
  };
}

describe('opened stages', () => {
  const nothing = { process: () => Promise.resolve({}) };
  const gives = madeStage({ name: 'gives', gives: ['scan'], open: nothing });
  const needs = madeStage({ name: 'needs', needs: ['scan'], open: nothing });
  const open = (stages: readonly Stage[], notices: string[] = []) =>
    openStages({
      stages,
      subjects: cohort(1),
      workers: noWorkers,
      jobs: 1,
      outDir: '.',
      resolvePath: String,
      provenance: {},
      onNotice: (message) => notices.push(message),
    });

  it('know what those before them know of the shapes of their tensors', async () => {
    const seen: StageEnv['shapes'][] = [];
    const look = (env: StageEnv) => (seen.push(env.shapes), {});
    await open([
      opening(gives, (env) => (look(env), { shapes: { scan: [undefined, 64] } })),
      opening(needs, look),
    ]);
    assert.deepEqual(seen, [{}, { scan: [undefined, 64] }]);
  });

  it('say each topic once, and what has none whenever they say it', async () => {
    const notices: string[] = [];
    const say = (topic: string) => (env: StageEnv) => {
      env.notice(`${topic} is slow.`, topic);
      env.notice('Take care.');
      return {};
    };
    await open(
      [opening(gives, say('a')), opening(needs, say('a')), opening({ ...needs, name: 'more' }, say('b'))],
      notices,
    );
    assert.deepEqual(notices, ['a is slow.', 'Take care.', 'Take care.', 'b is slow.', 'Take care.']);
  });
});
