/** How many processors this process may use: by affinity, by its container, by its Slurm job. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** At least one. */
export const processors = (): number =>
  Math.max(1, Math.min(availableParallelism(), slurmCpus(process.env) ?? Infinity, cgroupCpus() ?? Infinity));

/** What Slurm gave the task. */
export function slurmCpus({ SLURM_CPUS_PER_TASK: text = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

/** The least quota of the process's control group and those above it (cgroup version 2, else 1), rounded down. */
export function cgroupCpus(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): number | undefined {
  const groups = read(self)?.split('\n') ?? [];
  const unified = groups.find((line) => line.startsWith('0::'))?.slice(3);
  const cpu = groups
    .map((line) => line.split(':'))
    .find(([, names]) => names?.split(',').includes('cpu'))?.[2];
  const quotas = [
    ...ancestors(unified).map((group) => quotaOf(read(join(root, group, 'cpu.max'))?.split(' '))),
    ...ancestors(cpu).map((group) =>
      quotaOf(['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => read(join(root, 'cpu', group, name)))),
    ),
  ].filter((quota) => quota !== undefined);
  return quotas.length > 0 ? Math.max(1, Math.floor(Math.min(...quotas))) : undefined;
}

/** Without limit: `max`, or -1. */
function quotaOf([quota, period]: readonly (string | undefined)[] = []): number | undefined {
  const [of, per] = [Number(quota), Number(period)];
  return of > 0 && per > 0 ? of / per : undefined;
}

/** The group, those above it, and the root, which a container takes for its own group. */
function ancestors(group: string | undefined): string[] {
  if (group === undefined) return [];
  const all = ['/'];
  for (let at = group; at !== '/' && at !== '.'; at = dirname(at)) all.push(at);
  return all;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
