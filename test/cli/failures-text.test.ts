import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { FailureLines, failuresText } from '../../src/cli/failures-text.js';
import { CohortCount } from '../../src/cli/progress/cohort.js';
import { inputError } from '../../src/core/errors.js';

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
