/** A checkpoint as a file of tensors: those of its state dict by name, and what stands beside them. */
import { elementCount } from '../../core/tensor.js';
import { dtypes } from '../dtype.js';
import { gather, spanOf } from '../gather.js';
import { readBytes, type RandomAccess } from '../random-access.js';
import type { TensorFile } from '../tensor-file.js';
import { refused, unrecognised } from '../unsound.js';
import { verifyChecksum, type Unpacked } from './storages.js';
import { Dict, List, StridedTensor, Tuple, type Value } from './values.js';

const STATE_DICT = 'state_dict';
/** A tensor may lie scattered in its storage, which is then read with its gaps: up to so many bytes. */
const MAX_SPAN_BYTES = 64 * 2 ** 20;

/** @throws Unsound when it holds no tensors by name */
export function openCheckpoint(
  source: RandomAccess,
  { format, root, extents, littleEndian }: Unpacked,
): TensorFile {
  const { stateDict, others } = partsOf(root);
  const tensors = new Map<string, StridedTensor>();
  for (const [name, value] of stateDict)
    if (typeof name === 'string' && value instanceof StridedTensor) tensors.set(name, value);
  if (tensors.size === 0) throw unrecognised('is a checkpoint without a state dict');

  const verified = new Set<string>();
  return {
    format,
    about: new Map(
      others.flatMap(([name, value]) => (isPlain(value) ? [[String(name), String(value)]] : [])),
    ),
    tensors,
    beside: amountsOf(others),
    async read(name) {
      const tensor = tensors.get(name)!;
      const { key, dtype } = tensor.storage;
      const extent = extents.get(key)!;
      const width = dtypes[dtype].bytes;
      const span = width * spanOf(tensor);
      // Strides of 0 repeat numbers that are there once; they are not to fill the memory.
      if (span > MAX_SPAN_BYTES || elementCount(tensor.shape) > source.size)
        throw refused('has a parameter that is scattered over, or repeated from, a storage of another size');
      if (!verified.has(key)) await verifyChecksum(source, extent);
      verified.add(key);
      const bytes = await readBytes(source, extent.start + width * tensor.offset, span);
      return { data: gather(bytes, tensor, littleEndian), shape: tensor.shape };
    },
  };
}

type Entries = readonly (readonly [string | number, Value])[];

/** `{state_dict: {...}, epoch: ..., ...}`, or a state dict alone. */
function partsOf(root: Value): { stateDict: Entries; others: Entries } {
  if (!(root instanceof Dict)) throw unrecognised('is a checkpoint without a state dict');
  const stateDict = root.entries.get(STATE_DICT);
  if (!(stateDict instanceof Dict)) return { stateDict: [...root.entries], others: [] };
  return {
    stateDict: [...stateDict.entries],
    others: [...root.entries].filter(([name]) => name !== STATE_DICT),
  };
}

const isPlain = (value: Value): value is string | number | boolean | bigint =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value);

/** Where there are tensors, how many. Each value counts once, under its first name, however often it is named. */
function amountsOf(entries: Entries): TensorFile['beside'] {
  const seen = new Set<Value>();
  return entries.flatMap(([name, value]) => {
    let [tensors, bytes] = [0, 0];
    const visit = (part: Value): void => {
      if (typeof part !== 'object' || part === null || seen.has(part)) return;
      seen.add(part);
      if (part instanceof StridedTensor) {
        tensors += 1;
        bytes += dtypes[part.dtype].bytes * elementCount(part.shape);
      } else if (part instanceof Dict) part.entries.forEach(visit);
      else if (part instanceof List || part instanceof Tuple) part.items.forEach(visit);
    };
    visit(value);
    return tensors === 0 ? [] : [{ name: String(name), tensors, bytes }];
  });
}
