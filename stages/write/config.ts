import { z } from 'zod';
import { directoryOption } from '../../src/core/directory-option.js';
import { port, type Port, type PortMap } from '../../src/core/port.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as shipped from '../ports.js';

export const writeConfig = z.strictObject({
  columns: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of a port'))
    .refine((names) => new Set(names).size === names.length, 'a port is named twice')
    .refine((names) => names.every(mayCarryTensor), 'a port is named that does not carry a tensor')
    .optional()
    .describe(
      'Ports whose tensors become columns, or files of their own where `format` is npy; by default embedding, for npy patches, corners, adjacency; none ([]) for volumes and quality alone.',
    ),
  format: z
    .enum(['arrow', 'parquet', 'npy'])
    .default('arrow')
    .describe('Format of the part files; npy: a file a subject and tensor, as the reference writes them.'),
  rows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(64)
    .describe('Manifest rows of one part file; 1 to 4 where a row has tens of megabytes; of no use to npy.'),
  timings: z.boolean().default(true).describe('Whether the seconds each stage took are columns.'),
  to: directoryOption()
    .default('features')
    .describe('Directory of the dataset inside the output directory: it holds nothing else.'),
});

function mayCarryTensor(name: string): boolean {
  const known = (shipped as unknown as PortMap)[name] as Port<unknown> | undefined;
  return known === undefined || isTensorPort(known);
}

export type WriteConfig = z.output<typeof writeConfig>;

/** The ports that are written: the reference's three where the files are to be as the reference's. */
export const writtenPorts = ({ columns, format }: WriteConfig): readonly string[] =>
  columns ?? (format === 'npy' ? ['patches', 'corners', 'adjacency'] : ['embedding']);

/** What `write` needs. A port that no shipped stage gives may come from another package's stage. */
export function tensorPorts(config: WriteConfig): Record<string, Port<Tensor>> {
  const known = shipped as unknown as PortMap;
  return Object.fromEntries(
    writtenPorts(config).map((name) => [name, (known[name] ?? port('Tensor', 'any tensor')) as Port<Tensor>]),
  );
}

/** Whether a port carries a tensor, by its declared type: `Tensor<float32>`, or `Tensor` of any element. */
export function isTensorPort({ type }: Port<unknown>): boolean {
  return /^Tensor(<\w+>)?$/.test(type);
}
