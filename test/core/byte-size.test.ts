import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asBytes, parseBytes } from '../../src/core/byte-size.js';

describe('amounts of memory', () => {
  it('in words', () => {
    const amounts = [0, 500, 1024, 5500, 250 * 2 ** 20, 1.234 * 2 ** 30, 23.6 * 2 ** 30];
    assert.deepEqual(amounts.map(asBytes), ['0 B', '500 B', '1.0 kB', '5.4 kB', '250 MB', '1.2 GB', '24 GB']);
  });

  it('from words, in the same units', () => {
    for (const text of ['8GB', '8 GiB', '8g', '8 gb']) assert.equal(parseBytes(text), 8 * 2 ** 30, text);
    assert.equal(parseBytes('1.5GB'), 1.5 * 2 ** 30);
    assert.equal(parseBytes('much'), undefined);
  });
});
