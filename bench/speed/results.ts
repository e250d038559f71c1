/** `bench/results/<section>.json`. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMeasured, type Figure, type Result, type Results, type Section } from './section.js';

export async function readResults(root: string, sections: readonly Section[]): Promise<Results> {
  const known = sections.filter(({ name }) => existsSync(fileOf(root, name)));
  return new Map(
    await Promise.all(
      known.map(
        async ({ name }) => [name, JSON.parse(await readFile(fileOf(root, name), 'utf8')) as Result] as const,
      ),
    ),
  );
}

export async function writeResult(root: string, name: string, { run, figures }: Result): Promise<void> {
  const result: Result = { run, figures: figures.map(rounded) };
  await writeFile(fileOf(root, name), `${JSON.stringify(result, null, 2)}\n`);
}

const fileOf = (root: string, name: string) => join(root, 'bench/results', `${name}.json`);

/** Clocks are not so exact. */
export const rounded = (figure: Figure): Figure =>
  isMeasured(figure) ? { ...figure, runs: figure.runs.map((run) => Number(run.toPrecision(6))) } : figure;
