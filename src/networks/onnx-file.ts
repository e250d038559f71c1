/** A user's own encoder: an ONNX file, read whole. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { asUnreadable } from './unreadable.js';

/** Numbers that threads share. */
export type SharedBytes = Uint8Array<SharedArrayBuffer>;

export interface ModelBytes {
  readonly bytes: SharedBytes;
  /** A file that the model refers to, by the name that it has for it. */
  readonly beside?: { readonly path: string; readonly data: SharedBytes } | undefined;
}

/** Cloneable between threads; the bytes are shared. What torch.onnx.export leaves in `NAME.onnx.data` stands beside it. */
export interface OnnxModel extends ModelBytes {
  /** As the user wrote it, for messages. */
  readonly written: string;
  /** Of all its bytes, the data beside it included. */
  readonly sha256: string;
}

export function sharedBytes(bytes: Uint8Array): SharedBytes {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/**
 * @param path of the .onnx file; data beside it are in `<path>.data`
 * @param written that path as the user wrote it
 * @throws modelError `model-unreadable`
 */
export async function readOnnxModel(path: string, written: string): Promise<OnnxModel> {
  try {
    const bytes = await readFile(path);
    const data = await readIfThere(`${path}.data`);
    const hash = createHash('sha256').update(bytes);
    if (data) hash.update(data);
    const beside = data && { path: `${basename(path)}.data`, data: sharedBytes(data) };
    return { written, sha256: hash.digest('hex'), bytes: sharedBytes(bytes), beside };
  } catch (thrown) {
    throw asUnreadable(thrown, 'model-unreadable', `The model ${written}`, 'Name a readable .onnx file.');
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
