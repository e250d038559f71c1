/** Checkpoints of the graph network by hand, sound unless something is changed. */
import type { Parameters } from '../../../src/networks/architecture.js';
import { graphNetwork } from '../../../src/networks/graph-network.js';
import { randomNetwork } from '../../networks/random-network.js';
import {
  call,
  code,
  dict,
  global,
  list,
  NONE,
  pickle,
  text,
  tuple,
  whole,
  wholes,
  type Pickled,
} from './pickle-assembler.js';
import { zipArchive, type Ending, type Entry, type Sparse } from './zip-assembler.js';

export type Format = 'zip' | 'legacy';

export interface TensorCraft {
  readonly storageClass?: string;
  readonly key: string;
  /** Of the storage, in elements. */
  readonly length: number | bigint;
  readonly offset?: number | bigint;
  readonly shape: readonly (number | bigint)[];
  readonly strides: readonly (number | bigint)[];
}

export interface Craft {
  /** Beside `state_dict`. */
  readonly epoch?: Pickled;
  /** Changes to tensors, or further ones, by name. */
  readonly tensors?: Readonly<Record<string, Partial<TensorCraft>>>;
  /** Storages in place of the sound ones, or further ones, by key. */
  readonly storages?: Readonly<Record<string, Buffer>>;
  /** In place of the sound pickle and its storages. */
  readonly pickle?: Buffer;
}

export const { parameters } = randomNetwork(graphNetwork, 4);
export const PREFIX = 'module.encoder_q.';

const denseStrides = (shape: readonly number[]) =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

export function tensorPickle(craft: TensorCraft, format: Format): Pickled {
  const { storageClass = 'FloatStorage', key, length, offset = 0, shape, strides } = craft;
  const id = [text('storage'), global('torch', storageClass), text(key), text('cpu'), whole(length)];
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    code(tuple(...id, ...(format === 'legacy' ? [NONE] : [])), 'Q'),
    whole(offset),
    wholes(...shape),
    wholes(...strides),
    code('\x89'),
    call(global('collections', 'OrderedDict')),
  );
}

/** Its pickle, and its storages by key. */
function parts(
  craft: Craft,
  format: Format,
  from: Parameters,
): { pickle: Buffer; storages: Record<string, Buffer> } {
  const tensors: Record<string, TensorCraft> = {};
  const storages: Record<string, Buffer> = {};
  for (const [i, [name, { data, shape }]] of Object.entries(from).entries()) {
    tensors[PREFIX + name] = { key: String(i), length: data.length, shape, strides: denseStrides(shape) };
    storages[String(i)] = Buffer.from(Float32Array.from(data).buffer);
  }
  for (const [name, change] of Object.entries(craft.tensors ?? {}))
    tensors[name] = { ...tensors[name], ...change };
  const stateDict = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, tensorPickle(tensor, format)]),
  );
  return {
    pickle: craft.pickle ?? pickle(dict({ epoch: craft.epoch ?? whole(3), state_dict: dict(stateDict) })),
    storages: craft.pickle ? (craft.storages ?? {}) : { ...storages, ...craft.storages },
  };
}

export interface ZipCraft extends Craft {
  /** Changes to entries by name, `data.pkl` for instance; undefined leaves it out. */
  readonly entries?: Readonly<Record<string, Partial<Entry> | undefined>>;
  readonly folder?: string;
  /** Put before the sound entries, and behind them. */
  readonly first?: readonly Entry[];
  readonly more?: readonly Entry[];
  readonly ending?: Ending;
}

export function zipCheckpoint(craft: ZipCraft = {}, from = parameters): Sparse {
  const { folder = 'archive/', entries: changes = {}, first = [], more = [] } = craft;
  const sound = parts(craft, 'zip', from);
  const entries: Record<string, Buffer> = { 'data.pkl': sound.pickle, byteorder: Buffer.from('little') };
  for (const [key, bytes] of Object.entries(sound.storages)) entries[`data/${key}`] = bytes;
  entries['version'] = Buffer.from('3\n');
  const changed = Object.entries(entries).flatMap(([name, data]): Entry[] =>
    name in changes && changes[name] === undefined ? [] : [{ name: folder + name, data, ...changes[name] }],
  );
  return zipArchive([...first, ...changed, ...more], craft.ending);
}

export const MAGIC = code('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.');

export interface LegacyCraft extends Craft {
  readonly magic?: Buffer;
  readonly protocol?: Buffer;
  readonly system?: Buffer;
  readonly keys?: Buffer;
  /** What stands before a storage, by key. */
  readonly lengths?: Readonly<Record<string, bigint>>;
  readonly behind?: Buffer;
}

export function legacyCheckpoint(craft: LegacyCraft = {}, from = parameters): Buffer {
  const sound = parts(craft, 'legacy', from);
  const storages = Object.entries(sound.storages).flatMap(([key, bytes]) => {
    const length = Buffer.alloc(8);
    length.writeBigInt64LE(craft.lengths?.[key] ?? BigInt(bytes.length / 4));
    return [length, bytes];
  });
  return Buffer.concat([
    craft.magic ?? MAGIC,
    craft.protocol ?? pickle(whole(1001)),
    craft.system ?? pickle(dict({ protocol_version: whole(1001), little_endian: code('\x88') })),
    sound.pickle,
    craft.keys ?? pickle(list(...Object.keys(sound.storages).map(text))),
    ...storages,
    craft.behind ?? Buffer.alloc(0),
  ]);
}
