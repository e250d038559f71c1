/**
 * Every opcode that a checkpoint's pickle may use: what Python's pickler writes in protocol 2 for dicts, lists, tuples,
 * text, numbers and tensors. The opcodes that make objects of the file's own choosing are not here: INST, OBJ, NEWOBJ,
 * NEWOBJ_EX, STACK_GLOBAL, EXT1 to EXT4, PERSID. The three that could are held to the names of globals.ts: GLOBAL, REDUCE, BUILD.
 */
import { printable } from '../printable.js';
import { refused } from '../unsound.js';
import { allowedGlobals } from './globals.js';
import type { Machine } from './machine.js';
import { Dict, GlobalFunction, List, Tuple } from './values.js';

type Step = (machine: Machine) => void;

const PROTOCOL = 2;

const table: readonly (readonly [code: string, name: string, step: Step])[] = [
  ['\x80', 'PROTO', protocol],
  ['N', 'NONE', (m) => m.push(null)],
  ['\x88', 'NEWTRUE', (m) => m.push(true)],
  ['\x89', 'NEWFALSE', (m) => m.push(false)],
  ['K', 'BININT1', (m) => m.push(m.uint8())],
  ['M', 'BININT2', (m) => m.push(m.uint16())],
  ['J', 'BININT', (m) => m.push(m.int32())],
  ['\x8a', 'LONG1', (m) => m.push(m.integer(m.uint8()))],
  ['G', 'BINFLOAT', (m) => m.push(m.float64())],
  ['X', 'BINUNICODE', (m) => m.push(m.text(m.uint32()))],

  ['(', 'MARK', (m) => m.mark()],
  [')', 'EMPTY_TUPLE', (m) => m.tuple(0)],
  ['\x85', 'TUPLE1', (m) => m.tuple(1)],
  ['\x86', 'TUPLE2', (m) => m.tuple(2)],
  ['\x87', 'TUPLE3', (m) => m.tuple(3)],
  ['t', 'TUPLE', (m) => m.push(new Tuple(m.popToMark()))],
  [']', 'EMPTY_LIST', (m) => m.push(new List())],
  ['a', 'APPEND', append],
  ['e', 'APPENDS', appendMany],
  ['}', 'EMPTY_DICT', (m) => m.push(new Dict())],
  ['s', 'SETITEM', setItem],
  ['u', 'SETITEMS', setItems],

  ['q', 'BINPUT', (m) => m.remember(m.uint8())],
  ['r', 'LONG_BINPUT', (m) => m.remember(m.uint32())],
  ['h', 'BINGET', (m) => m.recall(m.uint8())],
  ['j', 'LONG_BINGET', (m) => m.recall(m.uint32())],

  ['c', 'GLOBAL', importGlobal],
  ['R', 'REDUCE', call],
  ['b', 'BUILD', build],
  ['Q', 'BINPERSID', loadStorage],
];

export const STOP = '.'.charCodeAt(0);
export const allowedOpcodes: ReadonlyMap<number, Step> = new Map(
  table.map(([code, , step]) => [code.charCodeAt(0), step]),
);

function protocol(m: Machine): void {
  const version = m.uint8();
  if (version !== PROTOCOL)
    throw refused(`has a pickle of protocol ${version}, where torch.save writes ${PROTOCOL}`);
}

function append(m: Machine): void {
  const value = m.pop();
  m.list().append([value]);
}

function appendMany(m: Machine): void {
  const values = m.popToMark();
  m.list().append(values);
}

function setItem(m: Machine): void {
  const value = m.pop();
  const key = m.pop();
  m.dict().set(key, value);
}

function setItems(m: Machine): void {
  const items = m.popToMark();
  for (let i = 0; i < items.length; i += 2) m.dict().set(items[i], items.at(i + 1));
}

function importGlobal(m: Machine): void {
  const name = `${m.line()}.${m.line()}`;
  const known = allowedGlobals.get(name);
  if (!known) throw refused(`has a pickle that imports ${printable(name)}`);
  m.push(known);
}

function call(m: Machine): void {
  const args = m.pop();
  const callee = m.pop();
  if (!(callee instanceof GlobalFunction && args instanceof Tuple))
    throw refused('has a pickle that calls what is no function');
  m.push(callee.call(args.items));
}

/** Attributes of an OrderedDict (`_metadata` of a state dict) are passed over; nothing else has any. */
function build(m: Machine): void {
  const state = m.pop();
  if (!(state instanceof Dict && m.top() instanceof Dict))
    throw refused('has a pickle that sets the state of an object');
}

function loadStorage(m: Machine): void {
  const id = m.pop();
  if (!(id instanceof Tuple)) throw refused('names a storage in another way than torch does');
  m.push(m.persistentLoad(id.items));
}
