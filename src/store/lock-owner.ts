/** Who holds a lock, told so that another process can judge whether that one still lives. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

const schema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Of the kernel: changes with every start of the machine. Empty where the system does not tell, as all below. */
  boot: z.string(),
  /** Of process ids: containers count from 1, each for itself. */
  namespace: z.string(),
  /** When the process began, in the kernel's ticks: ids are used again. */
  started: z.string(),
});

export type LockOwner = Readonly<z.output<typeof schema>>;

export async function thisProcess(): Promise<LockOwner> {
  const [boot, namespace, started] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    startOf(process.pid),
  ]);
  return { pid: process.pid, host: hostname(), boot: boot.trim(), namespace, started: started ?? '' };
}

/** @returns undefined for what is no whole record: a lock that a crash or a full disk cut short */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @returns undefined where it cannot be known from here: another machine, another container, another start of this machine */
export async function isAlive(owner: LockOwner, here: LockOwner): Promise<boolean | undefined> {
  const isNear = owner.host === here.host && owner.boot === here.boot && owner.namespace === here.namespace;
  if (!isNear) return undefined;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = await startOf(owner.pid);
  return started === undefined || owner.started === '' || started === owner.started;
}

/** Field 22 of `/proc/<pid>/stat`; the second, the program's name in brackets, may hold anything. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
