import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputError } from '../../src/core/errors.js';
import { unusable } from '../../src/core/unusable.js';

describe('a file that cannot be used', () => {
  const cause = inputError('file-empty', 'The file is empty.', 'Copy it again.');

  it('is named before what its reader says', () => {
    const { kind, code, what, remedy } = unusable('The lung mask', cause);
    assert.deepEqual(
      [kind, code, what, remedy],
      ['input', 'file-empty', 'The lung mask cannot be used: The file is empty.', 'Copy it again.'],
    );
  });

  it('is of the kind, the code and the remedy that are given', () => {
    const given = { kind: 'pipeline-file', code: 'atlas-file-empty', remedy: 'Name another.' } as const;
    const error = unusable('The atlas', cause, given);
    assert.deepEqual([error.kind, error.code, error.remedy], Object.values(given));
    assert.equal(error.cause, cause);
  });
});
