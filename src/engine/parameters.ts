/** Picks an architecture's parameters from a file's tensors, strictly: every problem of the file in one message. */
import { modelError } from '../core/errors.js';
import type { Architecture, Parameters } from './architecture.js';
import type { StoredTensor, StoredTensors } from './safetensors.js';

const SHOWN = 6; // names of a kind that a message lists

/** @throws modelError that lists what is missing, unexpected, of another shape, or not finite */
export function selectParameters(
  stored: StoredTensors,
  architecture: Architecture,
  file: string,
): Parameters {
  const prefix = findPrefix(stored, architecture);
  const named = new Map<string, StoredTensor>();
  for (const [name, tensor] of stored) {
    if (!name.startsWith(prefix)) continue;
    const bare = name.slice(prefix.length);
    const alias = architecture.transposed[bare];
    if (alias) named.set(alias, transpose(tensor));
    else named.set(bare, tensor);
  }

  const missing: string[] = [];
  const wrong: string[] = [];
  const parameters: Record<string, Parameters[string]> = {};
  for (const [name, { shape }] of Object.entries(architecture.parameters)) {
    const tensor = named.get(name);
    if (!tensor) missing.push(name);
    else if (tensor.shape.join() !== shape.join()) {
      wrong.push(`${name} is [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`);
    } else if (!tensor.data.every(Number.isFinite)) wrong.push(`${name} holds NaN or infinity`);
    else if (name.endsWith('running_var') && tensor.data.some((v) => v < 0))
      wrong.push(`${name} is negative`);
    else parameters[name] = tensor;
  }
  const extra = [...named.keys()].filter(
    (name) => !(name in architecture.parameters) && !architecture.unused.test(name),
  );

  const problems = [
    ...list('missing', missing),
    ...list('unexpected', extra),
    ...wrong.slice(0, SHOWN),
    ...(wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : []),
  ];
  if (problems.length === 0) return parameters;
  throw modelError(
    'weights-mismatch',
    `The weights file ${file} does not fit the ${architecture.title}: ${problems.join('; ')}.`,
    'Name the file of this network, or export it again with the names and shapes of the published checkpoint.',
  );
}

/** The first prefix under which the file has any of the names; the empty one when none has. */
function findPrefix(stored: StoredTensors, { prefixes, parameters, transposed }: Architecture): string {
  const names = [...Object.keys(parameters), ...Object.keys(transposed)];
  return prefixes.find((prefix) => names.some((name) => stored.has(prefix + name))) ?? '';
}

function list(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [`${kind}: ${names.slice(0, SHOWN).join(', ')}${more}`];
}

function transpose(tensor: StoredTensor): StoredTensor {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2) return tensor; // its shape is reported as wrong
  const data = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) data[c * rows + r] = tensor.data[r * columns + c];
  return { data, shape: [columns, rows] };
}
