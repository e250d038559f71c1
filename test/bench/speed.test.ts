import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NotRun } from '../../bench/not-run.js';
import { contest, contestFigures, type Contestant } from '../../bench/speed/contest.js';
import { readResults } from '../../bench/speed/results.js';
import { median, merge, misses, type Figure, type Run, type SpeedBench } from '../../bench/speed/section.js';
import { sections } from '../../bench/speed/sections.js';
import { asTable, withTables } from '../../bench/speed/table.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const results = await readResults(root, sections);

describe('the speed benchmark', () => {
  it('has its results in bench/README.md', async () => {
    const document = await readFile(`${root}/bench/README.md`, 'utf8');
    assert.equal(await withTables(document, sections, results), document);
  });

  it('clears every bar but those named here', () => {
    const missed = [...results].flatMap(([name, { figures }]) =>
      figures.filter(misses).map(({ what, over }) => `${name}: ${what}, ${over}`),
    );
    // Heaps still settle (docs/performance.md); three scans that overlap need less than 1.5 GB leaves them.
    assert.deepEqual(missed, [
      'memory: growth beyond two standard errors, cohort of 400 coarse phantoms',
      'memory: short of `--memory 1.5GB`, phantom, 512 x 512 x 500, cohort of 8',
    ]);
  });

  it('judges by the median', () => {
    const figure = (runs: number[]): Figure => ({ what: '', over: '', unit: '', bar: { atMost: 2 }, runs });
    assert.ok(!misses(figure([9, 1, 2])));
    assert.ok(misses(figure([1, 2.1, 3])));
    assert.ok(misses(figure([NaN])));
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('keeps a figure that a run could not measure, and says that it is older', () => {
    const run = (command: string): Run => ({ machine: 'm', command, versions: {} });
    const asked = { what: 'peer', over: 'scan', unit: 's' };
    const known = { run: run('with'), figures: [{ ...asked, runs: [1] }] };
    const fresh = { run: run('without'), figures: [{ ...asked, notRun: 'no peers' }] };
    const merged = merge(known, fresh);
    assert.deepEqual(merged, {
      run: run('without'),
      figures: [{ ...known.figures[0], earlier: run('with') }],
    });
    assert.deepEqual(merge(merged, fresh), merged);
    assert.match(asTable(merged.figures), /\| 1, earlier run \|/);
  });

  it('lets contestants take turns, each warm, and compares repeat by repeat', async () => {
    const turns: string[] = [];
    const contestant = (name: string, seconds: number[]): Contestant => ({
      name,
      open: () =>
        Promise.resolve({
          once: () => {
            turns.push(name);
            return Promise.resolve({ seconds: seconds.shift()!, cpuSeconds: 0 });
          },
          close: () => Promise.resolve(),
        }),
    });
    const contestants: Contestant[] = [
      contestant('ours', [9, 1, 2]),
      { ...contestant('peer', [9, 3, 8]), bar: { atLeast: 2 } },
      { name: 'absent', open: () => Promise.reject(new NotRun('it is not here')) },
      {
        name: 'unable',
        open: () =>
          Promise.resolve({
            once: () => Promise.reject(new NotRun('it is too large')),
            close: () => Promise.resolve(),
          }),
      },
    ];
    const contested = await contest({ repeats: 2 } as SpeedBench, contestants);
    assert.deepEqual(turns, ['ours', 'peer', 'ours', 'peer', 'ours', 'peer']);
    const figures = contestFigures('scan', contestants, contested);
    const ratio = (name: string) => figures.find(({ what }) => what === `${name} over ours`);
    const asked = { over: 'scan', unit: 'times' };
    assert.deepEqual(ratio('peer'), { ...asked, what: 'peer over ours', bar: { atLeast: 2 }, runs: [3, 4] });
    assert.deepEqual(ratio('absent'), { ...asked, what: 'absent over ours', notRun: 'it is not here' });
    assert.deepEqual(ratio('unable'), { ...asked, what: 'unable over ours', notRun: 'it is too large' });
  });
});
