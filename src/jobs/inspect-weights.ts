/** The job of looking into a file of weights: what `pipeline weights inspect` does. No number is read. */
import { LungflowError } from '../core/errors.js';
import { elementCount } from '../core/tensor.js';
import { dtypes } from '../formats/dtype.js';
import { printable } from '../formats/printable.js';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.js';
import { recogniseNetworks, type Recognised } from '../networks/recognise.js';
import { withWeightsFile } from '../networks/weights-file.js';

/** What a file of weights holds. Every text out of the file is ASCII, short, and fit for a terminal. */
export interface WeightsContents {
  /** In words: what kind of file it is. */
  readonly format: string;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** What the file says of itself: an epoch, a framework. */
  readonly about: readonly (readonly [name: string, value: string])[];
  /** Those that are there whole, and what stands before their names in the file. */
  readonly networks: readonly { readonly title: string; readonly prefix: string }[];
  /** Where there is none: why, a sentence. */
  readonly lacks: string | undefined;
  readonly tensors: readonly StoredTensor[];
  /** What no network uses, in groups of alike names. */
  readonly passedOver: readonly { readonly name: string; readonly tensors: number; readonly bytes: number }[];
}

/** One tensor of a file. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Title of the network. */
  readonly usedBy: string | undefined;
}

/**
 * @param path a `.pth.tar` checkpoint or a `.safetensors` file, told by its bytes
 * @throws LungflowError of kind `model` when the file is unreadable, damaged, malicious or of another kind
 */
export const inspectWeights = (path: string): Promise<WeightsContents> =>
  withWeightsFile(path, path, async (file) => {
    const { recognised, lacks } = networksIn(file, path);
    const users = new Map(
      recognised.flatMap(({ architecture, fit }) =>
        [...fit.found.values()].map(({ stored }) => [stored, architecture.title] as const),
      ),
    );
    return {
      format: file.format,
      sha256: await file.sha256(),
      about: [...file.about].map(([name, value]) => [printable(name), printable(value)] as const),
      networks: recognised.map(({ architecture, fit }) => ({
        title: architecture.title,
        prefix: printable(fit.prefix),
      })),
      lacks,
      tensors: [...file.tensors].map(([name, tensor]) => ({
        name: printable(name),
        dtype: tensor.dtype,
        shape: tensor.shape,
        bytes: bytesOf(tensor),
        usedBy: users.get(name),
      })),
      passedOver: passedOver(file, users),
    };
  });

function networksIn(
  { tensors }: TensorFile,
  path: string,
): { recognised: readonly Recognised[]; lacks: string | undefined } {
  try {
    return { recognised: recogniseNetworks(tensors, path), lacks: undefined };
  } catch (thrown) {
    if (thrown instanceof LungflowError) return { recognised: [], lacks: thrown.what };
    throw thrown;
  }
}

const bytesOf = ({ dtype, shape }: TensorEntry): number => dtypes[dtype].bytes * elementCount(shape);

/** `module.encoder_k.*`: by the first two parts of the name. */
function passedOver(
  { tensors, beside }: TensorFile,
  users: ReadonlyMap<string, string>,
): WeightsContents['passedOver'] {
  const groups = new Map<string, { tensors: number; bytes: number }>();
  for (const [name, tensor] of tensors) {
    if (users.has(name)) continue;
    const parts = name.split('.');
    const group = parts.length > 2 ? `${parts[0]}.${parts[1]}.*` : name;
    const { tensors: count, bytes } = groups.get(group) ?? { tensors: 0, bytes: 0 };
    groups.set(group, { tensors: count + 1, bytes: bytes + bytesOf(tensor) });
  }
  for (const { name, ...amount } of beside) groups.set(name, amount);
  return [...groups].map(([name, amount]) => ({ name: printable(name), ...amount }));
}
