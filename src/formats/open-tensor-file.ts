import { readBytes, type RandomAccess } from './random-access.js';
import { looksLikeSafetensors, openSafetensors } from './safetensors.js';
import type { TensorFile } from './tensor-file.js';
import { openCheckpoint } from './torch/checkpoint.js';
import { looksLikeLegacy, readLegacy } from './torch/legacy.js';
import { looksLikeZip, readZip } from './torch/zip.js';
import { unrecognised } from './unsound.js';

const MAGIC_BYTES = 16;

/**
 * Told apart by their first bytes, never by name.
 * @throws Unsound; system errors
 */
export async function openTensorFile(source: RandomAccess): Promise<TensorFile> {
  const start = await readBytes(source, 0, Math.min(MAGIC_BYTES, source.size));
  if (looksLikeZip(start)) return openCheckpoint(source, await readZip(source));
  if (looksLikeLegacy(start)) return openCheckpoint(source, await readLegacy(source));
  if (looksLikeSafetensors(start)) return openSafetensors(source);
  throw unrecognised('is neither a safetensors file nor a checkpoint of torch.save');
}
