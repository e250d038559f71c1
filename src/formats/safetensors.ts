/**
 * The safetensors format (huggingface/safetensors): u64 length of the header, the header in JSON, the tensors' bytes.
 * Read strictly: what the format forbids is refused, so that a damaged file never becomes numbers.
 */
import { z } from 'zod';
import { elementCount, type Tensor } from '../core/tensor.js';
import { dtypes, type DtypeName } from './dtype.js';
import { denseStrides, gather } from './gather.js';
import { printable } from './printable.js';
import { readBytes, type RandomAccess } from './random-access.js';
import type { TensorEntry, TensorFile } from './tensor-file.js';
import { damaged } from './unsound.js';

const MAX_HEADER_BYTES = 100_000_000; // the reference implementation's limit

const dtypeOf: Readonly<Record<string, DtypeName>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
const whole = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const headerSchema = z
  .looseObject({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .transform(({ __metadata__, ...entries }) => ({ __metadata__, entries }))
  .pipe(
    z.object({
      __metadata__: z.record(z.string(), z.string()),
      entries: z.record(z.string(), entrySchema),
    }),
  );

/** The header's length (below 4 GiB), then the brace that opens it. */
export const looksLikeSafetensors = (start: Uint8Array): boolean =>
  start.length > 8 && start.subarray(4, 8).every((byte) => byte === 0) && start[8] === 0x7b;

interface Entry extends TensorEntry {
  readonly begin: number;
  readonly end: number;
}

/** @throws Unsound (`weights-damaged`) */
export async function openSafetensors(source: RandomAccess): Promise<TensorFile> {
  if (source.size < 8) throw notSound('it is shorter than its 8-byte prefix');
  const prefix = await readBytes(source, 0, 8);
  const headerLength = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(MAX_HEADER_BYTES, source.size - 8)))
    throw notSound('its header would end beyond the file');
  const dataStart = 8 + Number(headerLength);
  const header = parseHeader(await readBytes(source, 8, Number(headerLength)));
  if (!header) throw notSound('its header is not the JSON that the format asks for');
  const tensors = entriesOf(header.entries, source.size - dataStart);
  return {
    format: 'safetensors',
    about: new Map(Object.entries(header.__metadata__)),
    tensors,
    beside: [],
    async read(name) {
      const { dtype, shape, begin, end } = tensors.get(name)!;
      const bytes = await readBytes(source, dataStart + begin, end - begin);
      return { data: gather(bytes, { dtype, shape, strides: denseStrides(shape) }, true), shape };
    },
  };
}

type Header = z.output<typeof headerSchema>;

/** undefined when it is not what the format asks for. */
function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return headerSchema.safeParse(json).data;
  } catch {
    return undefined;
  }
}

/** In the file's order, which must leave no gap and no overlap. */
function entriesOf(entries: Header['entries'], dataBytes: number): ReadonlyMap<string, Entry> {
  const inOrder = Object.entries(entries).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  const tensors = new Map<string, Entry>();
  let expected = 0;
  for (const [name, entry] of inOrder) {
    const [begin, end] = entry.data_offsets;
    const dtype = Object.hasOwn(dtypeOf, entry.dtype) ? dtypeOf[entry.dtype] : undefined;
    if (!dtype) throw notSound(`${printable(name)} has the unknown type ${printable(entry.dtype)}`);
    if (end - begin !== dtypes[dtype].bytes * elementCount(entry.shape))
      throw notSound(`${printable(name)} has other bytes than its shape needs`);
    if (begin !== expected) throw notSound(`a gap or an overlap lies before ${printable(name)}`);
    if (end > dataBytes) throw notSound(`${printable(name)} ends beyond the file`);
    expected = end;
    tensors.set(name, { dtype, shape: entry.shape, begin, end });
  }
  if (expected !== dataBytes) throw notSound('bytes follow its last tensor');
  return tensors;
}

const notSound = (why: string) => damaged(`is not a sound safetensors file: ${why}`);

/** A file of F32 tensors, in the given order. */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor<Float32Array<SharedArrayBuffer>>]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const stored = [...tensors];
  let end = 0;
  const entries = stored.map(([name, { data, shape }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8)); // aligned, as the format advises
  const file = new Uint8Array(8 + header.length + end);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const [, { data }] of stored)
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return file;
}
