/** What the machine offers, as far as this process may use it. */
import { cpus, totalmem } from 'node:os';
import { processors } from './processors.js';
import { lungflowVersion } from './provenance.js';

/** Worker threads of a run that is told nothing: the processors that this process, its container or its Slurm job may use. */
export const defaultJobs = (): number => processors();

const MB = 2 ** 20;

/** What the process takes without any scan: Node, the networks and the atlas; then each thread's code, heap and kernels' memory. */
export const baseMemoryBytes = (threads: number): number => (320 + 128 * threads) * MB;

/** Half of the memory: of the container or the Slurm job where one sets a limit, else of the machine. */
export function defaultMemoryBytes(): number {
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return Math.floor((limit > 0 && limit < machine ? limit : machine) / 2);
}

/** What a report says of where it was made. */
export interface Machine {
  readonly lungflow: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  /** That a run takes by default, like the memory. */
  readonly threads: number;
  readonly memoryBytes: number;
}

export const describeMachine = (): Machine => ({
  lungflow: lungflowVersion(),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus().at(0)?.model ?? 'unknown',
  threads: defaultJobs(),
  memoryBytes: defaultMemoryBytes(),
});
