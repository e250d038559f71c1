import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { LungflowError } from '../../../src/core/errors.js';
import { readItkTransform } from '../../../src/formats/itk-transform/index.js';
import { scratchDirectory } from '../../temporary.js';
import { craftNifti } from '../nifti/craft.js';
import { AFFINE, craftMatlab, craftText, craftVariable, IDENTITY } from './craft.js';

const scratch = scratchDirectory('itk-bad');
const read = (bytes: Uint8Array | string) => readItkTransform(scratch.put('file', Buffer.from(bytes)));

const sound = craftMatlab();
const text = craftText();
const scaled = (x: number, y = x, z = x) => [x, 0, 0, 0, y, 0, 0, 0, z, 0, 0, 0];
const many = { parameters: Array.from({ length: 60_000 }, () => 0.5) };
const field = { ...many, type: 'DisplacementFieldTransform_double_3_3' };

const bad: readonly [string, Uint8Array | string, string][] = [
  ['an empty file', '', 'file-empty'],
  ['a text file', 'sid,image\n'.repeat(50), 'transform-unrecognised'],
  ['a matrix of FSL', '1 0 0 4\n0 1 0 5\n0 0 1 6\n0 0 0 1\n', 'transform-unrecognised'],
  ['parameters of elastix', '(Transform "AffineTransform")\n', 'transform-unrecognised'],
  ['zeros', Buffer.alloc(400), 'transform-unrecognised'],
  ['a few bytes', sound.subarray(0, 12), 'transform-unrecognised'],
  ['a later MATLAB file', 'MATLAB 5.0 MAT-file, Platform: GLNXA64', 'transform-matlab-version'],
  ['HDF5', Buffer.from('\x89HDF\r\n\x1a\n\0\0\0\0', 'latin1'), 'transform-hdf5'],
  ['an image', craftNifti(), 'transform-deformable'],
  ['a compressed image', gzipSync(craftNifti()), 'transform-deformable'],
  ['a large displacement field, binary', craftMatlab(field), 'transform-deformable'],
  ['a large displacement field, text', craftText(field), 'transform-deformable'],
  [
    'a velocity field',
    craftText({ type: 'TimeVaryingVelocityFieldTransform_double_3_3' }),
    'transform-deformable',
  ],
  [
    'a thin-plate spline',
    craftText({ type: 'ThinPlateSplineKernelTransform_double_3_3' }),
    'transform-deformable',
  ],
  ['a plane', craftMatlab({ type: 'AffineTransform_double_2_2' }), 'transform-dimensions'],
  ['two transforms, binary', Buffer.concat([sound, sound]), 'transform-composite'],
  ['two transforms, text', text + text.slice(text.indexOf('#Transform')), 'transform-composite'],
  [
    'an empty composite',
    '#Insight Transform File V1.0\nTransform: CompositeTransform_double_3_3\n',
    'transform-composite',
  ],
  ['another type', craftText({ type: 'CenteredAffineTransform_double_3_3' }), 'transform-type'],
  ['no type of ITK’s', craftText({ type: 'Jane Doe' }), 'transform-type'],
  ['another matrix', craftMatlab({ type: 'x' }), 'transform-type'],
  ['a type by an inherited name', craftText({ type: 'constructor_double_3_3' }), 'transform-type'],
  ['no transform', '#Insight Transform File V1.0\n', 'transform-truncated'],
  ['11 parameters', craftMatlab({ parameters: IDENTITY.slice(1) }), 'transform-parameters'],
  ['13 parameters', craftText({ parameters: [...IDENTITY, 1] }), 'transform-parameters'],
  ['no parameters', craftText({ parameters: [] }), 'transform-parameters'],
  ['two numbers of centre', craftMatlab({ fixed: [1, 2] }), 'transform-parameters'],
  ['NaN, binary', craftMatlab({ parameters: [NaN, ...IDENTITY.slice(1)] }), 'transform-not-finite'],
  ['infinity, binary', craftMatlab({ fixed: [0, -Infinity, 0] }), 'transform-not-finite'],
  ['NaN, text', craftText().replace('Parameters: 1', 'Parameters: -nan'), 'transform-not-finite'],
  ['a number past the doubles', text.replace('Parameters: 1', 'Parameters: 1e999'), 'transform-not-finite'],
  [
    'an offset past the doubles',
    craftText({ parameters: scaled(1e5), fixed: [1e305, 0, 0] }),
    'transform-not-finite',
  ],
  ['zeros for a matrix', craftMatlab({ parameters: scaled(0) }), 'transform-singular'],
  ['a plane for a space', craftMatlab({ parameters: scaled(1, 1, 0) }), 'transform-singular'],
  ['nearly a plane', craftText({ parameters: scaled(1, 1, 1e-7) }), 'transform-singular'],
  ['dependent rows', craftText({ parameters: [1, 2, 3, 2, 4, 6, 0, 0, 1, 0, 0, 0] }), 'transform-singular'],
  ['metres for millimetres', craftText({ parameters: scaled(1e-3) }), 'transform-singular'],
  ['an immense scale', craftText({ parameters: scaled(1e200) }), 'transform-singular'],
  ['words for numbers', text.replace('Parameters: 1', 'Parameters: one'), 'transform-damaged'],
  ['hexadecimal numbers', text.replace('Parameters: 1', 'Parameters: 0x1'), 'transform-damaged'],
  ['parameters twice', text.replace('FixedParameters', 'Parameters'), 'transform-damaged'],
  ['parameters before a type', text.replace(/^Transform.*\n/m, ''), 'transform-truncated'],
  ['a line without a tag', text.replace('FixedParameters:', ''), 'transform-damaged'],
  ['no parameters line', text.replace(/^Parameters.*\n/m, ''), 'transform-truncated'],
  ['no fixed parameters line', text.replace(/^Fixed.*\n/m, ''), 'transform-truncated'],
  ['text cut within its last number', craftText({ fixed: [0, 0, 30] }).slice(0, -2), 'transform-truncated'],
  [
    'a matrix beyond the file',
    craftMatlab({ header: { 1: 2 ** 31 - 1, 2: 2 ** 31 - 1 } }),
    'transform-truncated',
  ],
  ['a negative size', craftMatlab({ header: { 1: -12, 2: -1 } }), 'transform-damaged'],
  [
    'an imaginary part',
    craftVariable({ name: 'fixed', numbers: [0], header: { 3: 1 } }),
    'transform-unrecognised',
  ],
  ['a name of 2 GB', craftMatlab({ header: { 4: 2 ** 31 - 1 } }), 'transform-unrecognised'],
  ['whole numbers', craftMatlab({ header: { 0: 20 } }), 'transform-unrecognised'],
  [
    'another matrix in the place of the centre',
    Buffer.concat([sound.subarray(0, 143), sound]),
    'transform-damaged',
  ],
  ['a name cut off', sound.subarray(0, 30), 'transform-truncated'],
  ['an affine with much behind it', Buffer.concat([sound, Buffer.alloc(70_000)]), 'transform-too-large'],
  ['an affine with a little behind it', Buffer.concat([sound, Buffer.from('\n')]), 'transform-truncated'],
];

describe('bad transform files', () => {
  for (const [name, bytes, code] of bad)
    it(`refuses ${name}: ${code}`, () =>
      assert.rejects(read(bytes), { name: 'LungflowError', kind: 'input', code }));

  it('takes what differs only in looks', async () => {
    const expected = await read(sound);
    const dos = text.replaceAll('\n', '\r\n');
    const loose = text.replace('Parameters: ', 'Parameters:\t +').replaceAll(' 0', '  0.0e+0');
    for (const file of [text, dos, `${text}\n`, loose]) assert.deepEqual(await read(file), expected);
  });

  it('refuses a file cut anywhere', async () => {
    for (const whole of [sound, Buffer.from(text)])
      for (let length = 0; length < whole.length; length++)
        await assert.rejects(read(whole.subarray(0, length)), { kind: 'input' }, `${length} bytes`);
  });

  it('refuses what is no file, without a word of its path', async () => {
    const secret = join(scratch.directory, 'jane-doe.mat');
    const silent = (code: string) => (error: unknown) =>
      error instanceof LungflowError && error.code === code && !/jane|doe|lungflow-/.test(error.message);
    await assert.rejects(readItkTransform(secret), silent('file-missing'));
    await assert.rejects(
      readItkTransform(join(scratch.put('file', sound), 'jane-doe')),
      silent('file-missing'),
    );
    await assert.rejects(readItkTransform(scratch.directory), silent('not-a-file'));
    await assert.rejects(readItkTransform('jane\0doe'), silent('file-unreadable'));
    await assert.rejects(read(craftText({ type: 'jane-doe' })), silent('transform-type'));
  });

  it(
    'does not wait for a named pipe',
    { skip: process.platform === 'win32' && 'no named pipes' },
    async () => {
      const pipe = join(scratch.directory, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await assert.rejects(readItkTransform(pipe), { code: 'not-a-file' });
    },
  );

  it('reads no more of a huge file than its beginning', async () => {
    const sparse = scratch.put('sparse', sound);
    truncateSync(sparse, 2 ** 40);
    const before = process.memoryUsage().rss;
    await assert.rejects(readItkTransform(sparse), { code: 'transform-too-large' });
    assert.ok(process.memoryUsage().rss - before < 50e6);
  });

  it('is not slowed down by what is made to', async () => {
    const began = performance.now();
    for (const filler of ['\n', ' ', '1', 'Transform', ':', 'a ', '1e'])
      for (const head of ['#Insight Transform File V1.0\n', text])
        await read(`${head}Parameters: ${filler.repeat(65_000 / filler.length - 200)}\n`).catch(
          () => undefined,
        );
    assert.ok(performance.now() - began < 2000);
  });

  it('turns any damage into an affine or a typed error', () => {
    const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const base = fc.constantFrom<Uint8Array>(
      sound,
      Buffer.from(text),
      Buffer.from(craftText({ type: AFFINE })),
    );
    return fc.assert(
      fc.asyncProperty(base, damage, async (whole, edits) => {
        const bytes = Buffer.from(whole);
        for (const [at, flip] of edits) bytes[at % bytes.length] ^= flip;
        try {
          const { matrix, offset } = await read(bytes);
          assert.ok([...matrix, ...offset].every(Number.isFinite));
        } catch (error) {
          assert.ok(error instanceof LungflowError && error.kind === 'input', String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
