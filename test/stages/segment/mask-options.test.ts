import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPipelineFile } from '../../../src/config/pipeline/load-pipeline.js';
import { FileProblems } from '../../../src/config/yaml/problems.js';
import { load, segment } from '../../../stages/index.js';
import { temporaryDirectory } from '../../temporary.js';

describe('the options of a lung mask', () => {
  const dir = temporaryDirectory('mask-options');

  /** The configuration of `segment`, or what is wrong with it. */
  async function options(written: string, ...set: string[]): Promise<unknown> {
    await writeFile(join(dir, 'p.yaml'), `name: p\nstages:\n  - load\n  - segment: ${written}\n`);
    try {
      const { stages } = await loadPipelineFile('p.yaml', { stageTypes: [load, segment], cwd: dir, set });
      return stages[1].stage.config;
    } catch (error) {
      assert.ok(error instanceof FileProblems, String(error));
      return error.lines();
    }
  }

  const defaults = { airBelowHu: -400, closingMm: 8 };
  const labels = { right: [3, 4, 5], left: [1, 2] };

  it('stand in a pipeline file', async () => {
    assert.deepEqual(
      await options('{ mask: m, labels: { right: [3, 4, 5], left: [1, 2] }, otherwise: search }'),
      { mask: 'm', labels, otherwise: 'search', ...defaults },
    );
  });

  it('are set on the command line, side by side or together', async () => {
    const set = ['segment.labels.right=[3,4,5]', 'segment.labels.left=[1,2]'];
    assert.deepEqual(await options('{ mask: m }', ...set), { mask: 'm', labels, ...defaults });
    assert.deepEqual(
      await options('{}', 'segment.mask=m', 'segment.labels={right: [3, 4, 5], left: [1, 2]}'),
      { mask: 'm', labels, ...defaults },
    );
  });

  for (const [name, written, problem] of [
    [
      'labels without a mask',
      '{ labels: { right: [1], left: [2] } }',
      /4:.*`segment.labels`.*`mask` beside it/,
    ],
    [
      'otherwise without a mask',
      '{ otherwise: search }',
      /4: found "search" for `segment.otherwise`, expected `mask` beside it: [^;]*$/,
    ],
    ['otherwise: fail without a mask', '{ otherwise: fail }', /`mask` beside it/],
    ['a value for both lungs', '{ mask: m, labels: { right: [1, 3], left: [2, 3] } }', /each value once/],
    ['one lung', '{ mask: m, labels: { right: [1] } }', /without `left`/],
    ['no values', '{ mask: m, labels: { right: [], left: [2] } }', /at least 1 entry/],
    ['the background', '{ mask: m, labels: { right: [0], left: [2] } }', /whole number/],
    ['fractions', '{ mask: m, labels: { right: [1.5], left: [2] } }', /whole number/],
    ['another word', '{ mask: m, otherwise: seek }', /`search`/],
  ] as const) {
    it(`are refused: ${name}`, async () => {
      const problems = await options(written);
      assert.ok(Array.isArray(problems), JSON.stringify(problems));
      assert.equal(problems.length, 1, String(problems));
      assert.match(String(problems[0]), problem);
    });
  }
});
