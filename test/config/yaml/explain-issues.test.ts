import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { explainIssues } from '../../../src/config/yaml/explain-issues.js';
import { shapeOf } from '../../../src/config/pipeline/option-schema.js';
import { renderProblem } from '../../../src/config/yaml/problems.js';
import { toValue } from '../../../src/config/yaml/tree.js';
import { parseYaml } from '../../../src/config/yaml/yaml-tree.js';

/** The messages about YAML `text` as options `o`, without their place. */
function explain(schema: z.ZodType, text: string): readonly string[] {
  const { tree } = parseYaml(text, { file: 'f', lines: false });
  assert.ok(tree);
  const { error } = schema.safeParse(toValue(tree));
  return explainIssues(error?.issues ?? [], tree, shapeOf(schema), 'o').map((problem) =>
    renderProblem(problem).replace('f: ', ''),
  );
}
const one = (schema: z.ZodType, text: string) => explain(z.strictObject({ a: schema }), `a: ${text}`);

describe('what a schema found wrong', () => {
  const either = z
    .strictObject({ mask: z.string().optional(), seed: z.int().optional() })
    .refine(({ mask, seed }) => (mask === undefined) !== (seed === undefined), 'either `mask` or `seed`')
    .refine(({ seed }) => seed !== 4, { error: 'a mask where the seed is 4', path: ['mask'] });

  for (const [about, said, says] of [
    [
      'a rule over all options',
      explain(either, '{}'),
      'found these options of `o`, expected either `mask` or `seed`',
    ],
    [
      'a rule about an absent option',
      explain(either, 'seed: 4'),
      'found `o` without `mask`, expected a mask where the seed is 4',
    ],
    [
      'a range with open ends',
      one(z.number().gt(0).lt(1), '1'),
      'found 1 for `o.a`, expected a number above 0 and below 1',
    ],
    ['a positive number', one(z.number().positive(), '0'), 'found 0 for `o.a`, expected a number above 0'],
    ['an upper bound', one(z.int().max(3), '4'), 'found 4 for `o.a`, expected a whole number of at most 3'],
    ['not a number', one(z.number(), '.nan'), 'found NaN for `o.a`, expected a number'],
    [
      'a multiple',
      one(z.int().multipleOf(8), '9'),
      'found 9 for `o.a`, expected a whole number that is a multiple of 8',
    ],
    ['a truth value', one(z.boolean(), 'yes'), 'found "yes" for `o.a`, expected `true` or `false`'],
    ['a literal', one(z.literal(32), '31'), 'found 31 for `o.a`, expected `32`'],
    [
      'a tuple',
      one(z.tuple([z.number(), z.number()]), '[1]'),
      'found a list for `o.a`, expected a list of 2: a number; a number',
    ],
    [
      'a list’s length',
      one(z.array(z.number()).length(3), '[1, 2]'),
      'found a list for `o.a`, expected a list of 3 entries, each a number',
    ],
    [
      'a record’s value',
      one(z.record(z.string(), z.int()), '{ x: no }'),
      'found "no" for `o.a.x`, expected a whole number',
    ],
    [
      'a pattern',
      one(z.string().regex(/^[a-c]+$/), 'd'),
      'found "d" for `o.a`, expected text like /^[a-c]+$/',
    ],
    [
      'a pattern with a sentence',
      one(z.string().regex(/^a/, 'a word with a.'), 'd'),
      'found "d" for `o.a`, expected a word with a',
    ],
    [
      'a union of words and numbers',
      one(z.union([z.literal('auto'), z.int()]), 'autp'),
      'found "autp" for `o.a`, expected `auto`, or a whole number; did you mean `auto`?',
    ],
    [
      'a kind told by a key',
      one(
        z.discriminatedUnion('by', [
          z.strictObject({ by: z.literal('hand') }),
          z.strictObject({ by: z.literal('net') }),
        ]),
        '{ by: nets }',
      ),
      'found "nets" for `o.a.by`, expected `hand` or `net`; did you mean `net`?',
    ],
    [
      'a schema without words',
      one(
        z.custom<string>((value) => value === 'x'),
        'y',
      ),
      'found "y" for `o.a`, expected another value',
    ],
  ] as const)
    it(`explains ${about}`, () => assert.deepEqual(said, [says]));
});
