import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkComposition, explainComposition, requireComposition } from '../../src/core/composition.js';
import type { FactSpecs } from '../../src/core/fact.js';
import { port } from '../../src/core/port.js';
import type { Stage } from '../../src/core/stage.js';

/** A stage with only what composition looks at: ports as `name` or `name: type`. */
function stage(
  name: string,
  ports: { needs?: string[]; gives?: string[]; drops?: string[]; facts?: FactSpecs } = {},
): Stage {
  const map = (written: string[] = []) =>
    Object.fromEntries(
      written.map((one) => one.split(': ')).map(([key, type = 'T']) => [key, port(type, '')]),
    );
  const { drops = [], facts = {} } = ports;
  return {
    ...{ name, version: 1, lane: 'cpu', drops, facts, ordered: false, writesTo: [], config: {} },
    needs: map(ports.needs),
    gives: map(ports.gives),
    footprint: () => ({ gives: {}, working: 0 }),
    open: () => Promise.reject(new Error('never opened')),
  };
}
const sentences = (stages: readonly Stage[]) =>
  checkComposition(stages).problems.map((problem) => {
    const { found, expected } = explainComposition(problem, stages);
    return `found ${found}, expected ${expected}`;
  });
const seconds: FactSpecs = { seconds_a: { type: 'float64', about: '' } };

describe('composition', () => {
  it('follows ports from stage to stage', () => {
    const { problems, portsBefore } = checkComposition([
      stage('a', { gives: ['x', 'y'] }),
      stage('b', { needs: ['x'], gives: ['z'], drops: ['x', 'z'] }),
      stage('c', { needs: ['y'], gives: ['x'] }),
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      portsBefore.map((ports) => Object.keys(ports)),
      [[], ['x', 'y'], ['y'], ['y', 'x']],
    );
  });

  it('lists the facts of all stages, then the seconds of every stage but the last', () => {
    const fact = (name: string): FactSpecs => ({ [name]: { type: 'int32', about: name } });
    const stages = [stage('a', { facts: fact('n') }), stage('b'), stage('w', { facts: fact('m') })];
    const { facts } = checkComposition(stages);
    assert.deepEqual(Object.keys(facts), ['n', 'm', 'seconds_a', 'seconds_b']);
    assert.equal(facts['seconds_a'].type, 'float64');
  });

  for (const [about, stages, says] of [
    ['no stages', [], ['found a pipeline without stages, expected at least one stage']],
    [
      'a first stage that needs something',
      [stage('a', { needs: ['x'] })],
      [
        'found `a` as the first stage, which needs `x`, given by no stage before it, expected a stage before it that gives `x`',
      ],
    ],
    [
      'an order the wrong way round',
      [stage('s'), stage('a', { needs: ['x'] }), stage('b', { gives: ['x'] })],
      [
        'found `a`, which needs `x`, given by no stage before it, expected `a` to move below `b` (stage 3), which gives it',
      ],
    ],
    [
      'a port that was dropped',
      [
        stage('a', { gives: ['x'] }),
        stage('b', { needs: ['x'], drops: ['x'] }),
        stage('c', { needs: ['x'] }),
      ],
      [
        'found `c`, which needs `x` after `b` (stage 2) dropped it, expected `c` to stand before `b` (stage 2)',
      ],
    ],
    [
      'a port of another type',
      [stage('a', { gives: ['x: Text'] }), stage('b', { needs: ['x: Number'] })],
      ['found `b`, which needs `x` as Number, expected Text, as `a` (stage 1) gives it'],
    ],
    [
      'a port given twice',
      [stage('a', { gives: ['x'] }), stage('b', { gives: ['x'] })],
      ['found `b`, which gives `x` again, expected `x` to be given once: `a` (stage 1) already does'],
    ],
    [
      'a stage that stands twice, said once',
      [
        stage('a', { gives: ['x'], facts: { n: seconds['seconds_a'] } }),
        stage('a', { gives: ['x'], facts: { n: seconds['seconds_a'] } }),
      ],
      ['found `a`, which gives `x` again, expected `x` to be given once: `a` (stage 1) already does'],
    ],
    [
      'a drop of nothing',
      [stage('a', { drops: ['x'] })],
      [
        'found `a`, which drops `x` without needing or giving it, expected a stage to drop only ports that it needs or gives',
      ],
    ],
    [
      'facts that collide',
      [
        stage('a'),
        stage('b', { facts: { n: seconds['seconds_a'] } }),
        stage('c', { facts: { n: seconds['seconds_a'], ...seconds } }),
      ],
      [
        'found `c`, which declares the fact `n` again, expected each fact to be declared once: `b` (stage 2) already does',
        'found `c`, which declares the fact `seconds_a` again, expected another name: the runtime itself records it',
      ],
    ],
  ] as const)
    it(`refuses ${about}`, () => {
      assert.deepEqual(sentences(stages), says);
      assert.throws(() => requireComposition(stages), { kind: 'pipeline-file', code: 'composition' });
    });
});
