import { refused } from '../unsound.js';
import { Machine, type PersistentLoad } from './machine.js';
import { allowedOpcodes, STOP } from './opcodes.js';
import type { Value } from './values.js';

/** A pickle as data: what opcodes.ts and globals.ts let in, or an error. Nothing in the file is ever run. */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  persistentLoad: PersistentLoad = noStorages,
): { readonly value: Value; readonly end: number } {
  const machine = new Machine(bytes, start, persistentLoad);
  for (;;) {
    const opcode = machine.nextOpcode();
    if (opcode === STOP) return { value: machine.result(), end: machine.at };
    const step = allowedOpcodes.get(opcode);
    if (!step) throw refused(`has a pickle with the opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    step(machine);
  }
}

function noStorages(): never {
  throw refused('names a storage where none belongs');
}
