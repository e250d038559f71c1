/** Keeps the affines found, in files that ITK's tools read. */
import { join } from 'node:path';
import { removeTemporaries, writeDurably } from '../../src/store/durable-file.js';
import { makeOutputDirectory } from '../../src/store/output-directory.js';
import { matlabFile, textFile } from '../../src/formats/itk-transform/index.js';
import type { AffineLps } from '../../src/imaging/space/geometry.js';

export const FORMATS = ['mat', 'tfm'] as const;
export type Format = (typeof FORMATS)[number];

/** Below the output. */
export const DIRECTORY = 'transforms';

/** File names are those of reference section 3: what antsRegistration made of the prefix `<sid>_Reg_Atlas_Affine_`. */
const kinds: Record<Format, { ending: string; encode: (affine: AffineLps) => string | Uint8Array }> = {
  mat: { ending: '_0GenericAffine.mat', encode: matlabFile },
  tfm: { ending: '.tfm', encode: textFile },
};

/** Makes the directory, unless there is nothing to keep; then writes each subject's files, whole or not at all. */
export async function openTransforms(outDir: string, formats: readonly Format[]) {
  const directory = join(outDir, DIRECTORY);
  if (formats.length > 0) {
    await makeOutputDirectory(directory);
    await removeTemporaries(directory);
  }
  return async (sid: string, affine: AffineLps): Promise<void> => {
    for (const format of formats) {
      const { ending, encode } = kinds[format];
      await writeDurably(join(directory, `${sid}_Reg_Atlas_Affine${ending}`), encode(affine));
    }
  };
}
