/** What the machine offers, as far as this process may use it. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { lungflowVersion } from './provenance.js';

export const defaultJobs = (): number => availableParallelism();

const MB = 2 ** 20;

/** What the process takes without any scan: Node, the networks and the atlas; then each thread's code, heap and kernels' memory. */
export const baseMemoryBytes = (threads: number): number => (320 + 128 * threads) * MB;

/** Half of the memory: of the container or the Slurm job where one sets a limit, else of the machine. */
export function defaultMemoryBytes(): number {
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return Math.floor((limit > 0 && limit < machine ? limit : machine) / 2);
}

export type Machine = ReturnType<typeof describeMachine>;

export const describeMachine = () => ({
  lungflow: lungflowVersion(),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus().at(0)?.model ?? 'unknown',
  /** That a run takes by default, like the memory. */
  threads: defaultJobs(),
  memoryBytes: defaultMemoryBytes(),
});
