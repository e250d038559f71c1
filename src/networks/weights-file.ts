/** A file of weights, opened: what goes wrong with it is told under the name that the user gave. */
import { createHash } from 'node:crypto';
import { modelError } from '../core/errors.js';
import { openTensorFile } from '../formats/open-tensor-file.js';
import { chunksOf, withRandomAccess, type RandomAccess } from '../formats/random-access.js';
import type { TensorFile } from '../formats/tensor-file.js';
import { Unsound, type UnsoundCode } from '../formats/unsound.js';
import { asUnreadable } from './unreadable.js';

export interface WeightsFile extends TensorFile {
  /** Of the whole file, which is read for it piece by piece. */
  sha256(): Promise<string>;
}

const remedies: Readonly<Record<UnsoundCode, string>> = {
  'weights-damaged': 'Copy or export the file again.',
  'weights-refused':
    'Do not load it anywhere if you do not know where it comes from; otherwise save its state dict anew with torch.save.',
  'weights-unrecognised':
    'Name a .safetensors file, or a checkpoint that torch.save wrote with a state dict in it.',
  'weights-dtype': 'Store the parameters as float32 or float16.',
};

/**
 * @param written name of the file, for messages
 * @throws modelError when the file is unreadable, damaged, malicious or of another kind
 */
export async function withWeightsFile<T>(
  path: string,
  written: string,
  use: (file: WeightsFile) => Promise<T>,
): Promise<T> {
  try {
    return await withRandomAccess(path, async (source) =>
      use({ ...(await openTensorFile(source)), sha256: () => sha256Of(source) }),
    );
  } catch (thrown) {
    if (thrown instanceof Unsound) {
      const { code, what } = thrown;
      throw modelError(code, `The weights file ${written} ${what}.`, remedies[code], thrown);
    }
    throw asUnreadable(
      thrown,
      'weights-unreadable',
      `The weights file ${written}`,
      'Name a readable .safetensors or .pth.tar file.',
    );
  }
}

async function sha256Of(source: RandomAccess): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(source, 0, source.size)) hash.update(chunk);
  return hash.digest('hex');
}
