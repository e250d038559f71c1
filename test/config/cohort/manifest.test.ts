import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { readManifest } from '../../../src/config/cohort/manifest.js';
import { FileProblems } from '../../../src/config/yaml/problems.js';
import { fileSource } from '../../../src/core/image-source.js';
import { MISSING_MARKS, NUMERIC_MISSING_MARKS } from '../../../src/core/missing-value.js';
import { manifestColumns } from '../../../src/store/dataset/manifest-columns.js';
import { temporaryDirectory } from '../../temporary.js';

describe('manifests', () => {
  const dir = temporaryDirectory('manifest');
  before(async () => {
    await mkdir(join(dir, 'ct'));
    for (const name of ['a', 'b', 'c,d', 'ü']) await writeFile(join(dir, 'ct', `${name}.nii.gz`), 'scan');
    await writeFile(join(dir, 'ct/empty.nii.gz'), '');
  });

  const read = async (text: string | Uint8Array, name = 'dataset.csv') => {
    await writeFile(join(dir, name), text);
    return readManifest(name, { cwd: dir });
  };
  const messages = async (text: string | Uint8Array, name?: string) => {
    try {
      await read(text, name);
      return [];
    } catch (error) {
      assert.ok(error instanceof FileProblems, String(error));
      assert.equal(error.code, 'manifest-invalid');
      return error.lines();
    }
  };

  it('reads CSV with BOM, CRLF, quotes, blank lines and further columns', async () => {
    const text = [
      '\uFEFFsid, image ,severity,note,mask',
      'a,ct/a.nii.gz,0.5,"two\r\nlines, ""quoted""",ct/a_mask.nii.gz',
      '',
      'b, ct/b.nii.gz ,,ü,',
      'c.1_x-Y,"ct/c,d.nii.gz",1,,n/a',
      '',
    ].join('\r\n');
    const { subjects, unavailable, notices } = await read(text);
    const missing =
      'A cell of the manifest says that there is no value (such as n/a, NA or NaN): null in mask.';
    assert.deepEqual([unavailable, notices], [new Map(), [missing]]);
    assert.deepEqual(
      subjects.map(({ sid, image, index, line, columns }) => ({ sid, image, index, line, columns })),
      [
        {
          ...{ sid: 'a', image: fileSource(join(dir, 'ct/a.nii.gz')), index: 0, line: 2 },
          columns: { severity: '0.5', note: 'two\r\nlines, "quoted"', mask: 'ct/a_mask.nii.gz' },
        },
        {
          ...{ sid: 'b', image: fileSource(join(dir, 'ct/b.nii.gz')), index: 1, line: 5 },
          columns: { severity: '', note: 'ü', mask: '' },
        },
        {
          ...{ sid: 'c.1_x-Y', image: fileSource(join(dir, 'ct/c,d.nii.gz')), index: 2, line: 6 },
          columns: { severity: '1', note: '', mask: '' },
        },
      ],
    );
    assert.equal(subjects[0].path('mask'), join(dir, 'ct/a_mask.nii.gz'));
    assert.deepEqual(
      [subjects[1].path('mask'), subjects[2].path('mask'), subjects[0].path('none')],
      [undefined, undefined, undefined],
    );
    assert.equal(subjects[0].path('toString'), undefined);
  });

  it('leaves out rows without an image and says so', async () => {
    const { subjects, notices } = await read(
      ',sid,image\n0,a,ct/a.nii.gz\n1,x y,\n2,b,ct/b.nii.gz\n3,a,n/a\n',
    );
    assert.deepEqual(
      subjects.map(({ sid, index, line, columns }) => [sid, index, line, columns]),
      [
        ['a', 0, 2, {}],
        ['b', 1, 4, {}],
      ],
    );
    assert.deepEqual(notices, [
      'Column 1 of the manifest has no name and is not carried through.',
      '2 rows have no image and are left out (line 3, 5).',
    ]);
  });

  it('sets subjects aside whose scan is not there, with the line and never the path', async () => {
    await symlink('loop', join(dir, 'loop'));
    const rows = [
      'a,ct/a.nii.gz',
      'm,ct/none.nii.gz',
      'e,ct/empty.nii.gz',
      'd,ct',
      'l,loop',
      'b,ct/b.nii.gz',
    ];
    const { subjects, unavailable } = await read(`sid,image\n${rows.join('\n')}\n`);
    assert.deepEqual(
      subjects.map(({ sid, index }) => [sid, index]),
      [
        ['a', 0],
        ['m', 1],
        ['e', 2],
        ['d', 3],
        ['l', 4],
        ['b', 5],
      ],
    );
    assert.deepEqual(
      [...unavailable].map(([sid, error]) => [sid, error.sid, error.code, error.what]),
      [
        ['m', 'm', 'file-missing', 'The scan on line 3 of dataset.csv is not there.'],
        ['e', 'e', 'file-empty', 'The scan on line 4 of dataset.csv is an empty file.'],
        ['d', 'd', 'not-a-file', 'The scan on line 5 of dataset.csv is a directory.'],
        ['l', 'l', 'file-unreadable', 'The scan on line 6 of dataset.csv cannot be read (ELOOP).'],
      ],
    );
  });

  it(
    'sets a subject aside whose scan may not be opened',
    { skip: process.getuid?.() === 0 && 'root may open everything' },
    async () => {
      await writeFile(join(dir, 'ct/locked.nii.gz'), 'scan');
      await chmod(join(dir, 'ct/locked.nii.gz'), 0);
      const { unavailable } = await read('sid,image\na,ct/locked.nii.gz\n');
      assert.deepEqual(
        [...unavailable.values()].map((error) => [error.code, error.kind]),
        [['permission-denied', 'resource']],
      );
    },
  );

  it('reads marks of a missing value as none, and says so once', async () => {
    const text = [
      'sid,image,age,fev1,sign,name,gone,mask',
      'NA,ct/a.nii.gz, 63 , 2.5,+,x,.,-',
      'b,ct/a.nii.gz,NA,.,-,n/a,-,ct/b.nii.gz',
      'c,ct/a.nii.gz,NaN,-,.,NULL,,.',
      'd,ct/a.nii.gz,,#N/A,-, null ,nan,',
      'e,-,NA,NA,NA,NA,NA,NA',
      'f,NaN,NA,NA,NA,NA,NA,NA',
    ].join('\n');
    const { subjects, notices } = await read(text);
    assert.deepEqual(
      subjects.map(({ sid, columns }) => [sid, ...Object.values(columns).slice(0, 5)]),
      [
        ['NA', '63', '2.5', '+', 'x', ''],
        ['b', '', '', '-', '', ''],
        ['c', '', '', '.', '', ''],
        ['d', '', '', '-', '', ''],
      ],
    );
    assert.deepEqual(
      subjects.map((subject) => subject.path('mask')),
      [undefined, join(dir, 'ct/b.nii.gz'), undefined, undefined],
    );
    assert.deepEqual(notices, [
      '2 rows have no image and are left out (line 6, 7).',
      '11 cells of the manifest say that there is no value (such as n/a, NA or NaN): null in age, fev1, name, gone.',
    ]);
    assert.deepEqual(
      manifestColumns(subjects).map(({ name, type }) => `${name}: ${type}`),
      ['age: int64', 'fev1: float64', 'sign: utf8', 'name: utf8', 'gone: utf8', 'mask: utf8'],
    );
    const document = await readFile(new URL('../../../../docs/manifest.md', import.meta.url), 'utf8');
    for (const mark of [...MISSING_MARKS, ...NUMERIC_MISSING_MARKS])
      assert.ok(document.toLowerCase().includes(`\`${mark}\``), mark);
  });

  it('takes `~/` for the home, and says what it takes to the letter', async () => {
    const paths = [
      '~/a.nii.gz',
      '$HOME/a.nii.gz',
      '${HOME}/a.nii.gz',
      'file:///data/a.nii.gz',
      '~ann/a.nii.gz',
    ];
    const rows = paths.map((path, i) => `s${i},${path}`).join('\n');
    const { subjects, unavailable } = await read(`sid,image\n${rows}\n`);
    assert.equal(subjects[0].image.path, join(homedir(), 'a.nii.gz'));
    const said = [...unavailable.values()].map(({ what }) => what.replace(dir, 'DIR'));
    assert.deepEqual(said.slice(1), [
      'The scan on line 3 of dataset.csv is not there: `$HOME` is taken to the letter, as a folder DIR/$HOME.',
      'The scan on line 4 of dataset.csv is not there: `${HOME}` is taken to the letter, as a folder DIR/${HOME}.',
      'The scan on line 5 of dataset.csv is not there: `file:` is taken to the letter, as a folder DIR/file:.',
      'The scan on line 6 of dataset.csv is not there: `~ann` is taken to the letter, as a folder DIR/~ann.',
    ]);
  });

  it('reads BIDS participants.tsv, with an image column or the participant’s own CT', async () => {
    const tsv = 'participant_id\tage\timage\nsub-1\t61\tct/a.nii.gz\nsub-2\tn/a\tn/a\n';
    const { subjects, notices } = await read(tsv, 'participants.tsv');
    assert.deepEqual(
      subjects.map(({ sid, image, columns }) => [sid, image.path, columns]),
      [['sub-1', join(dir, 'ct/a.nii.gz'), { age: '61' }]],
    );
    assert.equal(notices.length, 1);

    const scans = [
      'sub-1/ses-1/ct/sub-1_ses-1_ct.nii.gz',
      'sub-2/anat/sub-2_ct.nii',
      'sub-3/anat/sub-3_T1w.nii.gz',
      'sub-4/ses-1/ct/x.nii.gz',
      'sub-4/ses-2/ct/x.nii.gz',
    ];
    for (const scan of scans) {
      await mkdir(join(dir, scan, '..'), { recursive: true });
      await writeFile(join(dir, scan), 'scan');
    }
    const rows = [1, 2, 3, 4, 5].map((n) => `sub-${n}\t"${n}0`).join('\n');
    const found = await read(`participant_id\tage\n${rows}\n`, 'participants.tsv');
    assert.deepEqual(
      found.subjects.slice(0, 2).map(({ sid, image, columns }) => [sid, image.path, columns]),
      [
        ['sub-1', join(dir, scans[0]), { age: '"10' }],
        ['sub-2', join(dir, scans[1]), { age: '"20' }],
      ],
    );
    assert.deepEqual(
      [...found.unavailable.values()].map((error) => [error.sid, error.code]),
      [
        ['sub-3', 'file-missing'],
        ['sub-4', 'several-scans'],
        ['sub-5', 'file-missing'],
      ],
    );
  });

  const bad: Record<string, { text: string; name?: string; says: string[] }> = {
    'empty file': {
      text: '\n',
      says: ['dataset.csv: found no rows, expected a header with `sid` and `image`'],
    },
    'no rows': {
      text: 'sid,image\n',
      says: ['dataset.csv: found no row with an image, expected at least one'],
    },
    'only rows without an image': {
      text: 'sid,image\na,\n',
      says: ['dataset.csv: found no row with an image, expected at least one'],
    },
    'missing columns': {
      text: 'SID,Image_path,age\na,b,c\n',
      says: [
        'dataset.csv:1: found no column `sid` among `SID`, `Image_path` and `age`, expected a column `sid` (or BIDS’s `participant_id`); did you mean `SID`?',
        'dataset.csv:1: found no column `image` among `SID`, `Image_path` and `age`, expected a column `image`; did you mean `Image_path`?',
      ],
    },
    'the sid twice': {
      text: 'sid,image,Sid,age,age\na,b,c,d,e\n',
      says: [
        'dataset.csv:1: found the column `Sid` beside `sid`, expected one of the two',
        'dataset.csv:1: found the column `age` again, expected each column once',
      ],
    },
    semicolons: {
      text: 'sid;image\na;b\n',
      says: [
        'dataset.csv:1: found columns separated by `;`, expected commas (or a file named .tsv, with tabs)',
      ],
    },
    'commas in a TSV': {
      text: 'participant_id,image\na,b\n',
      name: 'participants.tsv',
      says: ['participants.tsv:1: found columns separated by `,`, expected tabs'],
    },
    'everything in the rows': {
      text: `sid,image\na,x\n"b\nc",x\na,y\n..,x\n,x\nd\ne,x,y\n../e,x\n${'f'.repeat(129)},x\n`,
      says: [
        'dataset.csv:3: found a sid with the character "\\n", expected letters, digits, `.`, `_` and `-`, at most 128',
        'dataset.csv:5: found the sid `a` again (first on line 2), expected each sid once',
        'dataset.csv:6: found the sid `..`, expected letters, digits, `.`, `_` and `-`, at most 128',
        'dataset.csv:7: found an empty sid, expected letters, digits, `.`, `_` and `-`, at most 128',
        'dataset.csv:8: found 1 values, expected 2, as in the header',
        'dataset.csv:9: found 3 values, expected 2, as in the header',
        'dataset.csv:10: found a sid with the character "/", expected letters, digits, `.`, `_` and `-`, at most 128',
        'dataset.csv:11: found a sid of 129 characters, expected letters, digits, `.`, `_` and `-`, at most 128',
      ],
    },
    'an open quote': {
      text: 'sid,image\na,"x\nb,y\n',
      says: [
        'dataset.csv:2: found a quote that is never closed, expected a value with quotes around it, or without any',
      ],
    },
    'a stray quote': {
      text: 'sid,image\na,x"y\n',
      says: ['dataset.csv:2: found a stray quote, expected a value with quotes around it, or without any'],
    },
    binary: { text: 'sid\0', says: ['dataset.csv: found binary data, expected text in UTF-8'] },
  };
  for (const [about, { text, name, says }] of Object.entries(bad))
    it(`refuses: ${about}`, async () => assert.deepEqual(await messages(text, name), says));

  it('counts 10,000 rows’ problems, and tells the first fifty', async () => {
    const lines = await messages(`sid,image\n${'a b,x\n'.repeat(10_000)}`);
    assert.equal(lines.length, 51);
    assert.equal(lines[50], '… and 9950 more');
  });

  it('looks at the files of 10,000 rows', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `s${n},ct/${n % 2 ? 'a' : 'none'}.nii.gz`);
    const { subjects, unavailable } = await read(`sid,image\n${rows.join('\n')}\n`);
    assert.deepEqual([subjects.length, unavailable.size], [10000, 5000]);
  });

  it('throws nothing but its own error, whatever the text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(',', '\n', '\r\n', '"', 'sid', 'image', 'a', '\t', '..'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.boolean(), async (pieces, header) => {
        const text = (header ? 'sid,image\n' : '') + pieces.join('');
        for (const line of await messages(text)) assert.doesNotMatch(line, /undefined|\n/);
      }),
      { numRuns: 300 },
    );
  });
});
