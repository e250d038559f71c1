import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { matlabFile, readItkTransform, textFile } from '../../../src/formats/itk-transform/index.js';
import { applyAffine, type PointLps } from '../../../src/imaging/space/geometry.js';

const directory = fileURLToPath(new URL('../../../../test/formats/itk-transform/golden', import.meta.url));
const { points, maps } = JSON.parse(readFileSync(join(directory, 'points.json'), 'utf8')) as {
  points: PointLps[];
  maps: Record<string, PointLps[]>;
};

describe('transform files of ITK and ANTs', () => {
  const files = readdirSync(directory).filter((name) => /\.(mat|tfm|txt)$/.test(name));

  it('are all there', () => assert.deepEqual(files.sort(), Object.keys(maps).sort()));

  for (const name of files)
    it(`maps points as SimpleITK does: ${name}`, async () => {
      const affine = await readItkTransform(join(directory, name));
      for (const [i, point] of points.entries())
        applyAffine(affine, point).forEach((x, axis) => {
          assert.ok(Math.abs(x - maps[name][i][axis]) < 1e-11, `${x} for ${maps[name][i][axis]}`);
        });
    });

  it('is written byte for byte as ITK writes it', async () => {
    // About the centre 0 ITK's file and ours can be the same.
    const { matrix } = await readItkTransform(join(directory, 'itk_affine.tfm'));
    const affine = { matrix, offset: [12.25, -170.3, 645.7] } as const;
    const atZero = (text: string) => text.replace(/^FixedParameters.*$/m, 'FixedParameters: 0 0 0');
    assert.equal(textFile(affine), atZero(readFileSync(join(directory, 'itk_affine.tfm'), 'utf8')));
    const binary = readFileSync(join(directory, 'itk_affine.mat'));
    binary.fill(0, binary.length - 24);
    assert.deepEqual(matlabFile(affine), binary);
  });
});

describe('transform files of ITK that hold no affine', () => {
  const codes: Record<string, string> = {
    'affine.h5': 'transform-hdf5',
    'bspline.mat': 'transform-deformable',
    'bspline.tfm': 'transform-deformable',
    'composite.mat': 'transform-composite',
    'composite.tfm': 'transform-composite',
    'composite_with_bspline.tfm': 'transform-deformable',
    'field.mat': 'transform-deformable',
    'field.tfm': 'transform-deformable',
    'identity.tfm': 'transform-type',
    'plane.tfm': 'transform-dimensions',
    'scale_versor.tfm': 'transform-type',
  };
  const refused = join(directory, 'refused');

  it('are all there', () => assert.deepEqual(readdirSync(refused).sort(), Object.keys(codes)));

  for (const [name, code] of Object.entries(codes))
    it(`refuses ${name}: ${code}`, () =>
      assert.rejects(readItkTransform(join(refused, name)), { name: 'LungflowError', kind: 'input', code }));
});
