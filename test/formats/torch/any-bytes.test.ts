import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { openTensorFile } from '../../../src/formats/open-tensor-file.js';
import { Unsound } from '../../../src/formats/unsound.js';
import { inMemory } from '../in-memory.js';

const golden = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../../test/formats/torch/golden/${name}`, import.meta.url)));

type Numbers = Readonly<Record<string, readonly number[]>>;

/** Every number that can be a parameter; undefined where the file is refused as it should be. */
async function numbersIn(bytes: Uint8Array): Promise<Numbers | undefined> {
  try {
    const file = await openTensorFile(inMemory(bytes));
    const numbers: Record<string, readonly number[]> = {};
    for (const [name, { dtype }] of file.tensors)
      if (!dtype.startsWith('int')) numbers[name] = [...(await file.read(name)).data];
    return numbers;
  } catch (error) {
    assert.ok(error instanceof Unsound, String(error));
    return undefined;
  }
}

const damaged = (sound: Buffer) =>
  fc
    .record({
      flips: fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      keep: fc.oneof({ weight: 4, arbitrary: fc.constant(sound.length) }, fc.nat(sound.length)),
    })
    .map(({ flips, keep }) => {
      const bytes = Buffer.from(sound);
      for (const [at, mask] of flips) bytes[at] ^= mask;
      return bytes.subarray(0, keep);
    });

describe('a damaged checkpoint', () => {
  for (const name of ['layouts-zip.pth.tar', 'moco-zip.pth.tar'])
    it(`${name} gives the right numbers or is refused`, async () => {
      const sound = golden(name);
      const right = await numbersIn(sound);
      assert.ok(right);
      await fc.assert(
        fc.asyncProperty(damaged(sound), async (bytes) => {
          const numbers = await numbersIn(bytes);
          if (numbers) for (const key of Object.keys(numbers)) assert.deepEqual(numbers[key], right[key]);
        }),
        { numRuns: 400 },
      );
    });

  // This format has no checksums: a number that changed is another number.
  for (const name of ['layouts-legacy.pth.tar', 'moco-legacy.pth.tar'])
    it(`${name} gives numbers or is refused`, async () => {
      await fc.assert(
        fc.asyncProperty(damaged(golden(name)), async (bytes) => {
          await numbersIn(bytes);
        }),
        { numRuns: 400 },
      );
    });
});
