/** Checkpoints that are broken, or that were made to do harm; each with the reason for which it must be refused. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { patchEncoder } from '../../../src/networks/patch-encoder.js';
import { randomNetwork } from '../../networks/random-network.js';
import {
  legacyCheckpoint,
  MAGIC,
  PREFIX,
  tensorPickle,
  zipCheckpoint,
  type Craft,
  type LegacyCraft,
  type ZipCraft,
} from './checkpoint-assembler.js';
import {
  call,
  code,
  dict,
  global,
  list,
  memoized,
  NONE,
  pickle,
  recalled,
  text,
  tuple,
  whole,
  wholes,
  type Pickled,
} from './pickle-assembler.js';
import { whole as wholeZip, zipArchive, type Entry } from './zip-assembler.js';

export interface BadCheckpoint {
  readonly name: string;
  readonly bytes: () => Buffer;
  readonly code: string;
  readonly what: RegExp;
}

const REFUSED = 'weights-refused';
const DAMAGED = 'weights-damaged';
const UNRECOGNISED = 'weights-unrecognised';
const MISMATCH = 'weights-mismatch';

const zip = (name: string, craft: ZipCraft, code: string, what: RegExp): BadCheckpoint => ({
  name: `zip: ${name}`,
  bytes: () => wholeZip(zipCheckpoint(craft)),
  code,
  what,
});
const legacy = (name: string, craft: LegacyCraft, code: string, what: RegExp): BadCheckpoint => ({
  name: `legacy: ${name}`,
  bytes: () => legacyCheckpoint(craft),
  code,
  what,
});
const both = (name: string, craft: Craft, code: string, what: RegExp): BadCheckpoint[] => [
  zip(name, craft, code, what),
  legacy(name, craft, code, what),
];
const raw = (name: string, bytes: () => Buffer, code: string, what: RegExp): BadCheckpoint => ({
  name,
  bytes,
  code,
  what,
});

/** What would be there if anything in a pickle were run. */
export const SENTINEL = 'executed';
const touch = text(`touch ${SENTINEL}`);
const orderedDict = global('collections', 'OrderedDict');

const calls: readonly [string, Pickled, RegExp][] = [
  ['os.system', call(global('os', 'system'), touch), /imports os\.system/],
  ['posix.system', call(global('posix', 'system'), touch), /imports posix\.system/],
  ['eval', call(global('__builtin__', 'eval'), touch), /imports __builtin__\.eval/],
  ['builtins.exec', call(global('builtins', 'exec'), touch), /imports builtins\.exec/],
  [
    'getattr',
    call(global('__builtin__', 'getattr'), orderedDict, text('__class__')),
    /imports __builtin__\.getattr/,
  ],
  ['subprocess.Popen', call(global('subprocess', 'Popen'), touch), /imports subprocess\.Popen/],
  ['torch.load', call(global('torch.serialization', 'load'), touch), /imports torch\.serialization\.load/],
  [
    'an attribute of an allowed name',
    global('collections', 'OrderedDict.__init__'),
    /imports collections\.OrderedDict\.__init__/,
  ],
  [
    'an allowed name of another module',
    global('torch._utils', 'FloatStorage'),
    /imports torch\._utils\.FloatStorage/,
  ],
  ['a name of the prototype', global('', 'constructor'), /imports \.constructor/],
  [
    'a numpy scalar',
    call(global('numpy.core.multiarray', 'scalar'), NONE),
    /imports numpy\.core\.multiarray\.scalar/,
  ],
  ['escape sequences in a name', global('\x1b[2J', 'x\r'), /imports \?\[2J\.x\?\.$/],
  ['a name of 10,000 letters', global('a'.repeat(10_000), 'b'), /unusual length/],
  [
    'posix.system by STACK_GLOBAL',
    code(text('posix'), text('system'), '\x93', tuple(touch), 'R'),
    /opcode 0x93/,
  ],
  ['posix.system by INST', code('(', touch, 'iposix\nsystem\n'), /opcode 0x69/],
  ['OBJ', code('(', orderedDict, 'o'), /opcode 0x6f/],
  ['NEWOBJ', code(orderedDict, ')\x81'), /opcode 0x81/],
  ['NEWOBJ_EX', code(orderedDict, ')}\x92'), /opcode 0x92/],
  ['EXT1', code('\x82\x01'), /opcode 0x82/],
  ['EXT4', code('\x84\x01\x00\x00\x00'), /opcode 0x84/],
  ['PERSID', code('Pstorage\n'), /opcode 0x50/],
  ['REDUCE of text', code(touch, ')R'), /calls what is no function/],
  ['REDUCE of a storage class', call(global('torch', 'FloatStorage')), /calls what is no function/],
  ['REDUCE without a tuple', code(orderedDict, ']R'), /calls what is no function/],
  ['OrderedDict of arguments', call(orderedDict, list()), /OrderedDict with arguments/],
  ['BUILD of a list', code(']}b'), /sets the state/],
  ['BUILD of a storage class', code(global('torch', 'FloatStorage'), '}b'), /sets the state/],
  ['a module for a storage', code(tuple(text('module'), NONE, NONE), 'Q'), /names a storage in another way/],
  ['text for a storage', code(text('0'), 'Q'), /names a storage in another way/],
];

/** n times the last value as a pair with itself. */
const doubled = (n: number, pair: string): Pickled =>
  code(
    `)${memoized(0)}`,
    ...Array.from({ length: n }, (_, i) => pair.replaceAll('*', recalled(i)) + memoized(i + 1)),
  );

const bombs: readonly [string, Pickled, string, RegExp][] = [
  ['a memo of 4 billion', code(`N${memoized(0xfffffffe)}`), REFUSED, /remembers out of order/],
  ['a memo that is overwritten', code(`N${memoized(0)}N${memoized(0)}`), REFUSED, /remembers out of order/],
  ['a memo that was never filled', code(recalled(7)), DAMAGED, /never remembered/],
  ['tuples doubled 64 times', doubled(64, '**\x86'), REFUSED, /nested more than/],
  ['lists doubled 64 times', doubled(64, '](**e'), REFUSED, /nested more than/],
  ['10,000 nested lists', code(']'.repeat(10_000), 'a'.repeat(9_999)), REFUSED, /nested more than/],
  ['10,000 nested tuples', code('('.repeat(10_000), 't'.repeat(10_000)), REFUSED, /opens too much/],
  ['10,000 nested pairs', code('N', '\x85'.repeat(10_000)), REFUSED, /nested more than/],
  [
    '10,000 nested dicts',
    code('}K\x00'.repeat(10_000), 'N', 's'.repeat(10_000)),
    REFUSED,
    /nested more than/,
  ],
  ['a list in itself', code(`]${memoized(0)}${recalled(0)}a`), REFUSED, /changes what it had finished/],
  [
    'a list that grows in its tuple',
    code(`]${memoized(0)}\x85${recalled(0)}Na\x86`),
    REFUSED,
    /changes what it had finished/,
  ],
  ['a million values', code('](', 'N'.repeat(1_000_000), 'e'), REFUSED, /more than 1000000 steps/],
  ['text of 4 GiB', code('X\xff\xff\xff\xffabc'), DAMAGED, /cut off/],
  ['text of 2^64 bytes', code('\x8d', '\xff'.repeat(8)), REFUSED, /opcode 0x8d/],
  ['bytes of 2^64', code('\x8e', '\xff'.repeat(8)), REFUSED, /opcode 0x8e/],
  ['an integer of 2 GiB', code('\x8b\xff\xff\xff\x7f'), REFUSED, /opcode 0x8b/],
  ['an integer of 255 bytes', code('\x8a\xff', '\x01'.repeat(255)), REFUSED, /unusual length/],
];

const soundPickle = pickle(dict({ a: NONE }));
const malformed: readonly [string, Buffer, string, RegExp][] = [
  ['a pickle of protocol 4', code('\x80\x04\x95', '\x05'.padEnd(8, '\0'), '}\x94N0.'), REFUSED, /protocol 4/],
  ['a pickle of protocol 0', code('(dp0\n.'), REFUSED, /opcode 0x64/],
  ['a pickle that leaves something over', code('\x80\x02NN.'), DAMAGED, /leaves something over/],
  ['a pickle of nothing', code('\x80\x02.'), DAMAGED, /takes what is not there/],
  ['a pickle that takes beyond its mark', code('\x80\x02N(\x85.'), DAMAGED, /takes what is not there/],
  ['a pickle without the mark', code('\x80\x02Nt.'), DAMAGED, /lacks a mark/],
  ['an open mark', code('\x80\x02}(.'), DAMAGED, /takes what is not there|leaves something over/],
  ['text that is not UTF-8', pickle(code('X\x02\x00\x00\x00\xc3\x28')), DAMAGED, /not UTF-8/],
  ['a key twice', pickle(code('}(', text('a'), 'N', text('a'), 'Nu')), REFUSED, /the same key twice/],
  ['a list for a key', pickle(code('}](e', 'Ns')), REFUSED, /neither text nor a whole number/],
  ['NaN for a key', pickle(code('}G\x7f\xf8\0\0\0\0\0\0Ns')), REFUSED, /neither text nor a whole number/],
  ['a key without its value', pickle(code('}(', text('a'), 'u')), REFUSED, /lacks its value/],
  ['APPEND to a dict', pickle(code('}Na')), REFUSED, /no list/],
  ['SETITEM of a list', pickle(code(']', text('a'), 'Ns')), REFUSED, /no dict/],
  ['a list for a checkpoint', pickle(list(NONE)), UNRECOGNISED, /without a state dict/],
  ['text for a checkpoint', pickle(text('weights')), UNRECOGNISED, /without a state dict/],
  ['a checkpoint of nothing', pickle(dict({})), UNRECOGNISED, /without a state dict/],
  ['a state dict of nothing', pickle(dict({ state_dict: dict({}) })), UNRECOGNISED, /without a state dict/],
  [
    'a state dict of text',
    pickle(dict({ state_dict: dict({ a: text('b') }) })),
    UNRECOGNISED,
    /without a state dict/,
  ],
];

const WEIGHT = `${PREFIX}conv1.weight`;
const tensor = (change: Partial<Parameters<typeof tensorPickle>[0]>): Craft => ({
  tensors: { [WEIGHT]: change },
});
const outside: readonly [string, Craft, string, RegExp][] = [
  ['a negative offset', tensor({ offset: -1 }), REFUSED, /other arguments/],
  ['a negative stride', tensor({ strides: [-128, 1] }), REFUSED, /other arguments/],
  ['a negative size', tensor({ shape: [-128, 128] }), REFUSED, /other arguments/],
  ['a stride of 2^62', tensor({ strides: [2n ** 62n, 1] }), REFUSED, /other arguments/],
  ['a stride past 2^53 in sum', tensor({ strides: [2 ** 53 - 1, 1] }), DAMAGED, /leaves its storage/],
  [
    'sizes past 2^53 in product',
    tensor({ shape: [2 ** 40, 2 ** 40], strides: [0, 0] }),
    DAMAGED,
    /impossible size/,
  ],
  ['an offset that leaves the storage', tensor({ offset: 1 }), DAMAGED, /leaves its storage/],
  ['a stride that leaves the storage', tensor({ strides: [129, 1] }), DAMAGED, /leaves its storage/],
  ['a size that leaves the storage', tensor({ shape: [129, 128] }), DAMAGED, /leaves its storage/],
  ['a stride too few', tensor({ strides: [1] }), DAMAGED, /do not belong together/],
  [
    '65 axes',
    tensor({ shape: Array<number>(65).fill(1), strides: Array<number>(65).fill(1) }),
    REFUSED,
    /other arguments/,
  ],
  [
    'a number repeated a trillion times',
    tensor({ shape: [1e12], strides: [0] }),
    MISMATCH,
    /conv1\.weight is \[1000000000000\]/,
  ],
  ['a storage larger than the file says', tensor({ length: 16_385 }), DAMAGED, /another size/],
  ['a storage of 2^50 numbers', tensor({ length: 2 ** 50 }), DAMAGED, /another size/],
  ['a storage of 2^62 numbers', tensor({ length: 2n ** 62n }), REFUSED, /names a storage in another way/],
  ['a storage of fewer than none', tensor({ length: -1 }), REFUSED, /names a storage in another way/],
  ['a storage of another type', tensor({ storageClass: 'DoubleStorage' }), DAMAGED, /another size|cut off/],
  ['a storage that is not there', tensor({ key: '77' }), DAMAGED, /another size|does not name/],
  ['a path for a storage', tensor({ key: '../../etc/passwd' }), REFUSED, /no number/],
  ['no name for a storage', tensor({ key: '' }), REFUSED, /no number/],
  ['one storage described in two ways', tensor({ key: '1' }), DAMAGED, /in two ways/],
  [
    'a parameter of integers',
    { tensors: { [WEIGHT]: { storageClass: 'IntStorage' } } },
    MISMATCH,
    /stored as int32/,
  ],
];

const numbers = (change: (all: Float32Array) => void, key = '0', length = 128 * 128): Craft => {
  const all = new Float32Array(length).fill(0.5);
  change(all);
  return { storages: { [key]: Buffer.from(all.buffer) } };
};
const wrongNumbers: readonly [string, Craft, RegExp][] = [
  ['a weight of NaN', numbers((all) => (all[9000] = NaN)), /conv1\.weight holds NaN or infinity/],
  ['an infinite weight', numbers((all) => (all[16_383] = -Infinity)), /conv1\.weight holds NaN or infinity/],
  ['a negative variance', numbers((all) => (all[5] = -1), '5', 128), /running_var is negative/],
];

const otherArguments = (args: readonly Pickled[]): Craft => ({
  epoch: call(global('torch._utils', '_rebuild_tensor_v2'), ...args),
});
const EMPTY = call(orderedDict);
const noStorage: readonly [string, Craft, RegExp][] = [
  [
    'a tensor without its storage',
    otherArguments([NONE, whole(0), wholes(1), wholes(1), code('\x89'), EMPTY]),
    /other arguments/,
  ],
  [
    'a tensor with hooks',
    otherArguments([NONE, whole(0), wholes(1), wholes(1), code('\x89'), dict({ a: NONE })]),
    /other arguments/,
  ],
  ['a tensor of no arguments', otherArguments([]), /other arguments/],
  [
    'a parameter of text',
    { epoch: call(global('torch._utils', '_rebuild_parameter'), text('a'), code('\x89'), EMPTY) },
    /other arguments/,
  ],
];

const entry = (name: string, change: Partial<Entry> = {}): ZipCraft => ({ entries: { [name]: change } });
const archives: readonly [string, ZipCraft, string, RegExp][] = [
  [
    'an entry twice',
    { more: [{ name: 'archive/data/0', data: Buffer.alloc(4) }] },
    REFUSED,
    /two entries of one name/,
  ],
  [
    'a second pickle',
    { more: [{ name: 'other/data.pkl', data: soundPickle }] },
    UNRECOGNISED,
    /not one of torch\.save/,
  ],
  [
    'an entry outside the folder',
    { more: [{ name: 'stray', data: Buffer.alloc(4) }] },
    UNRECOGNISED,
    /not one of torch\.save/,
  ],
  ['an absolute name', { more: [{ name: '/etc/passwd' }] }, DAMAGED, /not a sound zip/],
  ['a drive', { more: [{ name: 'C:/autoexec.bat' }] }, DAMAGED, /not a sound zip/],
  ['a name that climbs', { more: [{ name: 'archive/../../etc/passwd' }] }, DAMAGED, /not a sound zip/],
  ['a backslash in a name', { more: [{ name: 'archive\\data\\9' }] }, DAMAGED, /not a sound zip/],
  [
    'an encrypted entry',
    entry('data/4', { flags: 0x0809, directory: { plainSize: 500 } }),
    REFUSED,
    /encrypted/,
  ],
  ['a strongly encrypted entry', entry('data/0', { flags: 0x0849 }), DAMAGED, /not a sound zip/],
  ['an encrypted directory', entry('data/0', { flags: 0x2808 }), REFUSED, /encrypted/],
  [
    'a deflate bomb',
    entry('data/0', {
      data: deflateRawSync(Buffer.alloc(30_000_000)),
      method: 8,
      directory: { plainSize: 30_000_000 },
    }),
    REFUSED,
    /compressed/,
  ],
  [
    'a pickle by deflate',
    entry('data.pkl', { data: deflateRawSync(soundPickle), method: 8 }),
    REFUSED,
    /compressed/,
  ],
  ['an unknown compression', entry('data/0', { method: 93 }), REFUSED, /compressed/],
  ['a wrong checksum of the pickle', entry('data.pkl', { crc: 1 }), DAMAGED, /checksum/],
  ['a wrong checksum of a storage', entry('data/0', { crc: 1 }), DAMAGED, /checksum/],
  ['a wrong checksum of the version', entry('version', { crc: 1 }), DAMAGED, /checksum/],
  [
    'another name in the local header',
    entry('data/0', { local: { name: 'archive/data/1' } }),
    DAMAGED,
    /in two ways/,
  ],
  ['other flags in the local header', entry('data/0', { local: { flags: 0 } }), DAMAGED, /in two ways/],
  ['another method in the local header', entry('data/0', { local: { method: 8 } }), DAMAGED, /in two ways/],
  ['another size in the local header', entry('data/0', { local: { size: 9 } }), DAMAGED, /in two ways/],
  ['another checksum in the local header', entry('data/0', { local: { crc: 9 } }), DAMAGED, /in two ways/],
  ['two entries in one place', entry('data/1', { directory: { offset: 0 } }), DAMAGED, /in two ways/],
  [
    'an entry that runs into the next',
    entry('data/1', { directory: { size: 600, plainSize: 600 } }),
    REFUSED,
    /overlapping/,
  ],
  [
    'an entry that runs into the directory',
    entry('version', { directory: { size: 60, plainSize: 60 } }),
    REFUSED,
    /overlapping/,
  ],
  ['an entry beyond the file', entry('version', { directory: { offset: 1e8 } }), DAMAGED, /cut off/],
  [
    'an entry of 2^60 bytes',
    entry('data/0', { directory: { size: 2 ** 60, plainSize: 2 ** 60 } }),
    DAMAGED,
    /not a sound zip/,
  ],
  ['an entry at 2^60', entry('data/0', { directory: { offset: 2 ** 60 } }), DAMAGED, /cut off/],
  [
    'a stored entry of two sizes',
    entry('data/0', { directory: { plainSize: 2 ** 40 } }),
    DAMAGED,
    /not a sound zip/,
  ],
  ['a zip64 end at 2^63', { ending: { zip64End: 2n ** 63n } }, DAMAGED, /cut off/],
  ['a zip64 end elsewhere', { ending: { zip64End: 0n } }, DAMAGED, /not a sound zip/],
  ['a directory at 2^62', { ending: { directoryStart: 2n ** 62n } }, DAMAGED, /cut off/],
  ['a directory elsewhere', { ending: { directoryStart: 1n } }, DAMAGED, /not a sound zip/],
  ['2^40 entries', { ending: { entries: 2 ** 40 } }, REFUSED, /more than 10000 entries/],
  ['an entry too many', { ending: { entries: 11 } }, DAMAGED, /not a sound zip/],
  ['entries too few', { ending: { entries: 5 } }, REFUSED, /version of the format/],
  ['a directory cut off', { ending: { cut: 40 } }, DAMAGED, /not a sound zip|cut off/],
  [
    'an end inside a comment',
    { ending: { comment: Buffer.from('PK\x05\x06'.padEnd(40, '\0')) } },
    DAMAGED,
    /not a sound zip/,
  ],
  [
    'TorchScript',
    { more: [{ name: 'archive/constants.pkl', data: soundPickle }] },
    UNRECOGNISED,
    /TorchScript/,
  ],
  ['no version', { entries: { version: undefined } }, REFUSED, /version of the format/],
  ['a version to come', entry('version', { data: Buffer.from('99\n') }), REFUSED, /version of the format/],
  [
    'a version of a kilobyte',
    entry('version', { data: Buffer.alloc(1024, '3') }),
    REFUSED,
    /larger than any sound one/,
  ],
  ['an unknown byte order', entry('byteorder', { data: Buffer.from('middle') }), REFUSED, /unknown order/],
  ['no pickle', { entries: { 'data.pkl': undefined } }, UNRECOGNISED, /not one of torch\.save/],
  ['an empty pickle', entry('data.pkl', { data: Buffer.alloc(0) }), DAMAGED, /cut off/],
  [
    'a pickle and something behind it',
    entry('data.pkl', { data: code(soundPickle, 'x') }),
    DAMAGED,
    /after its pickle/,
  ],
  ['a storage cut short', entry('data/0', { data: Buffer.alloc(4) }), DAMAGED, /another size/],
  ['a storage left out', { entries: { 'data/3': undefined } }, DAMAGED, /another size/],
];

const keys = (...names: readonly string[]): LegacyCraft => ({ keys: pickle(list(...names.map(text))) });
const legacies: readonly [string, LegacyCraft, string, RegExp][] = [
  ['another magic number', { magic: pickle(whole(1)) }, UNRECOGNISED, /neither/],
  ['another protocol', { protocol: pickle(whole(1002)) }, REFUSED, /version of the format/],
  ['no protocol', { protocol: pickle(dict({})) }, REFUSED, /version of the format/],
  [
    'a call for a protocol',
    { protocol: pickle(call(global('posix', 'system'), touch)) },
    REFUSED,
    /posix\.system/,
  ],
  [
    'a call for a system',
    { system: pickle(call(global('posix', 'system'), touch)) },
    REFUSED,
    /posix\.system/,
  ],
  ['a storage for a system', { system: pickle(code(tuple(), 'Q')) }, REFUSED, /where none belongs/],
  ['no system', { system: pickle(NONE) }, DAMAGED, /what system/],
  ['a call for keys', { keys: pickle(call(global('posix', 'system'), touch)) }, REFUSED, /posix\.system/],
  ['no keys', { keys: pickle(NONE) }, DAMAGED, /does not list/],
  ['numbers for keys', { keys: pickle(list(whole(0))) }, DAMAGED, /does not list/],
  ['a key missing', keys('0', '1', '2', '3', '4'), DAMAGED, /lacks storages/],
  ['a key twice', keys('0', '0', '1', '2', '3', '4', '5'), DAMAGED, /does not name/],
  ['a key too many', keys('0', '1', '2', '3', '4', '5', '6'), DAMAGED, /does not name/],
  ['keys out of order', keys('1', '0', '2', '3', '4', '5'), DAMAGED, /another size/],
  ['a storage of -1 numbers', { lengths: { 0: -1n } }, DAMAGED, /another size/],
  ['a storage of 2^62 numbers', { lengths: { 3: 2n ** 62n } }, DAMAGED, /another size/],
  ['something behind', { behind: Buffer.from('x') }, DAMAGED, /after its last storage/],
  [
    'a view of a storage',
    {
      epoch: code(
        tuple(
          text('storage'),
          global('torch', 'FloatStorage'),
          text('0'),
          text('cpu'),
          whole(4),
          wholes(0, 0, 4),
        ),
        'Q',
      ),
    },
    REFUSED,
    /names a storage in another way/,
  ],
];

const soundZip = () => wholeZip(zipCheckpoint());
const others: readonly [string, () => Buffer, string, RegExp][] = [
  ['an empty file', () => Buffer.alloc(0), UNRECOGNISED, /neither/],
  ['text', () => Buffer.from('epoch,loss\n'.repeat(99)), UNRECOGNISED, /neither/],
  ['a megabyte of zeros', () => Buffer.alloc(2 ** 20), UNRECOGNISED, /neither/],
  ['a numpy array', () => Buffer.from('\x93NUMPY\x01\x00v\x00{}', 'latin1'), UNRECOGNISED, /neither/],
  [
    'a numpy pickle',
    () => pickle(call(global('numpy.core.multiarray', '_reconstruct'), NONE)),
    UNRECOGNISED,
    /neither/,
  ],
  [
    'a pickle that calls os.system',
    () => pickle(call(global('posix', 'system'), touch)),
    UNRECOGNISED,
    /neither/,
  ],
  [
    'the tar of PyTorch 0.1',
    () => Buffer.from('storages'.padEnd(257, '\0') + 'ustar'.padEnd(255, '\0')),
    UNRECOGNISED,
    /neither/,
  ],
  ['HDF5', () => Buffer.from('\x89HDF\r\n\x1a\n'.padEnd(99, '\0'), 'latin1'), UNRECOGNISED, /neither/],
  ['a checkpoint by gzip', () => gzipSync(soundZip()), UNRECOGNISED, /neither/],
  [
    'a zip of something else',
    () => wholeZip(zipArchive([{ name: 'word/document.xml', data: Buffer.from('<w/>') }])),
    UNRECOGNISED,
    /not one of torch\.save/,
  ],
  ['a zip magic alone', () => Buffer.from('PK\x03\x04'), DAMAGED, /not a sound zip/],
  ['a zip cut in its directory', () => soundZip().subarray(0, -200), DAMAGED, /not a sound zip/],
  ['a zip cut in half', () => soundZip().subarray(0, 40_000), DAMAGED, /not a sound zip/],
  [
    'a zip with something behind',
    () => Buffer.concat([soundZip(), Buffer.from('x')]),
    DAMAGED,
    /not a sound zip/,
  ],
  ['a legacy magic alone', () => MAGIC, DAMAGED, /cut off/],
  ['a legacy file cut in its pickle', () => legacyCheckpoint().subarray(0, 900), DAMAGED, /cut off/],
  ['a legacy file cut in its storages', () => legacyCheckpoint().subarray(0, -1), DAMAGED, /cut off/],
  [
    'a checkpoint of another network',
    () => wholeZip(zipCheckpoint({}, randomNetwork(patchEncoder, 1).parameters)),
    MISMATCH,
    /does not fit the graph network: missing: .*unexpected: /,
  ],
];

export const badCheckpoints: readonly BadCheckpoint[] = [
  ...calls.flatMap(([name, epoch, what]) => both(name, { epoch }, REFUSED, what)),
  ...bombs.flatMap(([name, epoch, why, what]) => both(name, { epoch }, why, what)),
  ...malformed.flatMap(([name, bytes, why, what]) => both(name, { pickle: bytes }, why, what)),
  ...outside.flatMap(([name, craft, why, what]) => both(name, craft, why, what)),
  ...noStorage.flatMap(([name, craft, what]) => both(name, craft, REFUSED, what)),
  ...wrongNumbers.flatMap(([name, craft, what]) => both(name, craft, MISMATCH, what)),
  ...archives.map((it) => zip(...it)),
  ...legacies.map((it) => legacy(...it)),
  ...others.map((it) => raw(...it)),
];
