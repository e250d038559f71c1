import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { FailureLines, failuresText } from '../../src/cli/failures-text.js';
import { CohortCount } from '../../src/cli/progress/cohort.js';
import { inFlags } from '../../src/cli/flags.js';
import { textTable } from '../../src/cli/text-table.js';
import { inputError, toLungflowError } from '../../src/core/errors.js';

const missing = (i: number) =>
  inputError('file-missing', `The scan on line ${i + 2} is not there.`, 'Correct the path.').at({
    sid: `s${i}`,
    stage: 'load',
  });
const bad = inputError('no-lungs', 'There are no lungs.', 'Look at it.').at({ sid: 'b', stage: 'segment' });
const many = Array.from({ length: 2998 }, (_, i) => missing(i));
const plain = (text: string) => stripVTControlCharacters(text);

describe('failures in text', () => {
  it('are told one by one where there are few, and together where there are many', () => {
    assert.deepEqual(failuresText([missing(0), bad, missing(1)]).map(plain), [
      '  ✗ s0 in load: The scan on line 2 is not there.',
      '    Correct the path.',
      '  ✗ s1 in load: The scan on line 3 is not there.',
      '    Correct the path.',
      '  ✗ b in segment: There are no lungs.',
      '    Look at it.',
    ]);
    assert.deepEqual(failuresText([...many, bad]).map(plain), [
      '  ✗ 2998 subjects in load (file-missing): s0, s1, s2 and 2995 more',
      '    s0: The scan on line 2 is not there.',
      '    Correct the path.',
      '  ✗ b in segment: There are no lungs.',
      '    Look at it.',
    ]);
    assert.deepEqual(failuresText([]), []);
  });

  it('have the stack of what nobody expected, on demand', () => {
    const thrown = toLungflowError(new TypeError('x is not a function')).at({ sid: 'a', stage: 'mine' });
    assert.equal(failuresText([thrown]).length, 2);
    assert.match(failuresText([thrown, bad], true).map(plain)[2], /^ {4}at .*failures-text\.test/);
  });

  it('are told while a run goes on until they repeat', () => {
    const lines = new FailureLines();
    const told = [...many, bad].map((failure) => lines.next(failure)).filter((line) => line !== undefined);
    assert.equal(told.length, 5);
    assert.match(told[3], /that fail so \(file-missing\) are not told here/);
    assert.equal(told[4], 'failed in segment: There are no lungs.');
  });
});

describe('the pace of a run', () => {
  it('counts work, and not what failed before any', () => {
    const cohort = new CohortCount();
    cohort.count({ type: 'start', total: 1000, resumed: 0, unavailable: 998 });
    for (const failure of many.slice(0, 500))
      cohort.count({ type: 'scan-end', sid: failure.sid ?? '', flags: [], failure });
    assert.deepEqual([cohort.secondsAScan, cohort.timeLeft, cohort.finished], [undefined, '', 500]);
    cohort.count({ type: 'stage-start', sid: 'a', stage: 'load' });
    cohort.count({ type: 'scan-end', sid: 'a', flags: [] });
    const pace = cohort.secondsAScan;
    assert.ok(pace !== undefined && pace < 5);
    assert.match(cohort.timeLeft, /^about 0\.\d s left$/); // of one scan, not of 499
  });
});

describe('text that somebody else wrote', () => {
  it('is shown with its control characters escaped', () => {
    assert.equal(inFlags('a\u001b[2Jb\u202ec\nd'), 'a\\u001b[2Jb\\u202ec\nd');
    const table = textTable(['sid\u001b]0;x\u0007'], [['a\u001b[31m\nb']]);
    assert.deepEqual(plain(table).split('\n'), ['sid\\u001b]0;x\\u0007', 'a\\u001b[31m\\nb']);
  });
});
