/** Picks an architecture's parameters from a file of tensors, strictly: every problem of the file in one message. */
import { modelError } from '../core/errors.js';
import { numberReader } from '../formats/dtype.js';
import { printable } from '../formats/printable.js';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.js';
import type { Architecture, Parameters } from './architecture.js';

const SHOWN = 6; // names of a kind that a message lists

/** Where a file keeps a network's parameters, told without reading a number. */
export interface Fit {
  /** What stands before every name of the network in this file. */
  readonly prefix: string;
  /** By the network's own name: the file's, and whether the matrix is stored transposed. */
  readonly found: ReadonlyMap<string, { readonly stored: string; readonly transposed: boolean }>;
  /** Whole phrases; none when all is there, and nothing else. */
  readonly problems: readonly string[];
}

export function fitParameters(
  tensors: TensorFile['tensors'],
  architecture: Architecture,
  prefix = findPrefix(tensors, architecture),
): Fit {
  const found = new Map<string, { stored: string; transposed: boolean }>();
  const missing = new Set(Object.keys(architecture.parameters));
  const unexpected: string[] = [];
  const wrong: string[] = [];
  for (const [stored, tensor] of tensors) {
    if (!stored.startsWith(prefix)) continue;
    const bare = stored.slice(prefix.length);
    const transposed = Object.hasOwn(architecture.transposed, bare);
    const name = transposed ? architecture.transposed[bare] : bare;
    if (!Object.hasOwn(architecture.parameters, name)) {
      if (isNumeric(tensor) && !architecture.passesOver(bare)) unexpected.push(printable(bare));
      continue;
    }
    const shape = transposed ? tensor.shape.toReversed() : tensor.shape;
    const wanted = architecture.parameters[name].shape;
    if (!missing.delete(name)) wrong.push(`${name} is there in two spellings`);
    else if (shape.join() !== wanted.join())
      wrong.push(`${name} is [${shape.join(', ')}], not [${wanted.join(', ')}]`);
    else if (!isNumeric(tensor)) wrong.push(`${name} is stored as ${tensor.dtype}`);
    else found.set(name, { stored, transposed });
  }
  return {
    prefix,
    found,
    problems: [...list('missing', [...missing]), ...list('unexpected', unexpected), ...shortened(wrong)],
  };
}

/** @throws modelError that lists what is missing, unexpected, of another shape, or not finite; Unsound when damaged */
export async function selectParameters(
  file: TensorFile,
  architecture: Architecture,
  label: string,
  prefix?: string,
): Promise<Parameters> {
  const { found, problems } = fitParameters(file.tensors, architecture, prefix);
  const parameters: Record<string, Parameters[string]> = {};
  const wrong: string[] = [];
  for (const name of Object.keys(architecture.parameters)) {
    const place = found.get(name);
    if (!place) continue;
    const stored = await file.read(place.stored);
    const tensor = place.transposed ? transpose(stored) : stored;
    if (!tensor.data.every(Number.isFinite)) wrong.push(`${name} holds NaN or infinity`);
    else if (name.endsWith('running_var') && tensor.data.some((v) => v < 0))
      wrong.push(`${name} is negative`);
    else parameters[name] = tensor;
  }
  const all = [...problems, ...shortened(wrong)];
  if (all.length === 0) return parameters;
  throw modelError(
    'weights-mismatch',
    `The weights file ${label} does not fit the ${architecture.title}: ${all.join('; ')}.`,
    'Name the file of this network, or export it again with the names and shapes of the published checkpoint.',
  );
}

/** Not a counter or an index. */
const isNumeric = ({ dtype }: TensorEntry): boolean => numberReader(dtype) !== undefined;

/** The first prefix under which the file has any of the names; the empty one when none has. */
function findPrefix(
  tensors: TensorFile['tensors'],
  { prefixes, parameters, transposed }: Architecture,
): string {
  const names = [...Object.keys(parameters), ...Object.keys(transposed)];
  return prefixes.find((prefix) => names.some((name) => tensors.has(prefix + name))) ?? '';
}

const shortened = (problems: readonly string[]): string[] =>
  problems.length > SHOWN
    ? [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`]
    : [...problems];

function list(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [`${kind}: ${names.slice(0, SHOWN).join(', ')}${more}`];
}

type ParameterTensor = Parameters[string];

function transpose({ data, shape: [rows, columns] }: ParameterTensor): ParameterTensor {
  const turned = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c];
  return { data: turned, shape: [columns, rows] };
}
