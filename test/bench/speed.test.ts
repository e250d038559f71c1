import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readResults } from '../../bench/speed/results.js';
import { median, merge, misses, type Figure, type Run } from '../../bench/speed/section.js';
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
    assert.deepEqual(missed, []);
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
});
