/** `bench/results/gpu-<device>.json`, and the same for people to read. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device, Engine } from '../../src/engine/engine.js';
import { rounded } from '../speed/results.js';
import { misses, type Run } from '../speed/section.js';
import { figuresText } from '../speed/table.js';
import type { Table } from './tables.js';

export interface Report {
  readonly run: Run;
  readonly device: Device;
  readonly tables: readonly Table[];
}

const SOFTWARE = `**NO GPU: this device computes on the CPU. That tests pass on it says something; its figures say nothing about any card.**`;

export const headText = ({ device }: Engine): string =>
  [`# ${device.name}`, ...(device.kind === 'gpu' ? [] : [SOFTWARE])].join('\n\n');

export const tableText = ({ title, about, figures }: Table): string =>
  [`## ${title}`, about, figuresText(figures)].join('\n\n');

export async function keepReport(root: string, { run, device, tables }: Report): Promise<void> {
  const report: Report = {
    run,
    device,
    tables: tables.map((table) => ({ ...table, figures: table.figures.map(rounded) })),
  };
  const directory = join(root, 'bench/results');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `gpu-${slug(device.name)}.json`), `${JSON.stringify(report, null, 2)}\n`);
}

export const missesBars = (tables: readonly Table[]): boolean =>
  tables.some(({ figures }) => figures.some(misses));

const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
