/**
 * The safetensors format (huggingface/safetensors): u64 length of the header, the header in JSON, the tensors' bytes.
 * Read strictly: what the format forbids is refused, so that a damaged file never becomes numbers.
 */
import { z } from 'zod';
import { modelError } from '../core/errors.js';
import { elementCount, type Tensor } from '../core/tensor.js';
import { float16ToFloat32 } from './float16.js';

export type StoredTensor = Tensor<Float32Array<SharedArrayBuffer>>;
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

const MAX_HEADER_BYTES = 100_000_000; // the reference implementation's limit

const bytesPerNumber: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
const whole = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const entriesSchema = z.record(z.string(), entrySchema);
const headerSchema = z.looseObject({ __metadata__: z.record(z.string(), z.string()).optional() });

/**
 * Tensors of F32 and F16, widened to float32; integer tensors (counters) are checked and left out.
 * @param file name for messages
 * @throws modelError (`weights-damaged`, `weights-dtype`)
 */
export function parseSafetensors(bytes: Uint8Array, file: string): StoredTensors {
  const damaged = (what: string) =>
    modelError(
      'weights-damaged',
      `The weights file ${file} is not a sound safetensors file: ${what}.`,
      'Copy or export the file again.',
    );
  if (bytes.length < 8) throw damaged('it is shorter than its 8-byte prefix');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(MAX_HEADER_BYTES, bytes.length - 8))) {
    throw damaged('its header would end beyond the file');
  }
  const dataStart = 8 + Number(headerLength);
  const header = parseHeader(bytes.subarray(8, dataStart));
  if (!header) throw damaged('its header is not the JSON that the format asks for');

  const ordered = Object.entries(header).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const tensors = new Map<string, StoredTensor>();
  let expected = 0;
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [begin, end],
    },
  ] of ordered) {
    const size = bytesPerNumber[dtype];
    if (!size) throw damaged(`${name} has the unknown type ${dtype}`);
    if (end - begin !== size * elementCount(shape))
      throw damaged(`${name} has other bytes than its shape needs`);
    if (begin !== expected) throw damaged(`a gap or an overlap lies before ${name}`);
    expected = end;
    if (dataStart + end > bytes.length) throw damaged(`${name} ends beyond the file`);
    if (dtype.startsWith('I') || dtype.startsWith('U') || dtype === 'BOOL') continue;
    const data = numbersOf(
      dtype,
      new DataView(view.buffer, view.byteOffset + dataStart + begin, end - begin),
    );
    if (!data) {
      throw modelError(
        'weights-dtype',
        `In the weights file ${file}, ${name} is stored as ${dtype}.`,
        'Store the parameters as F32 or F16.',
      );
    }
    tensors.set(name, { data, shape });
  }
  if (dataStart + expected !== bytes.length) throw damaged('bytes follow its last tensor');
  return tensors;
}

/** undefined when it is not what the format asks for. */
function parseHeader(bytes: Uint8Array): z.output<typeof entriesSchema> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const entries: Record<string, unknown> = headerSchema.parse(json);
    delete entries['__metadata__'];
    return entriesSchema.parse(entries);
  } catch {
    return undefined;
  }
}

function numbersOf(dtype: string, view: DataView): Float32Array<SharedArrayBuffer> | undefined {
  const read = {
    F32: (i: number) => view.getFloat32(4 * i, true),
    F16: (i: number) => float16ToFloat32(view.getUint16(2 * i, true)),
  }[dtype];
  if (!read) return undefined;
  const numbers = new Float32Array(new SharedArrayBuffer((4 * view.byteLength) / bytesPerNumber[dtype]));
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(i);
  return numbers;
}

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
