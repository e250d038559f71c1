/**
 * Agreement with the real PyTorch, PyTorch Geometric, SimpleITK and ANTs: `npm run parity -- --python PATH [row ...]`.
 * Measures the rows named, or all; keeps the others' figures; writes `bench/results/parity.json` and the table of
 * `docs/parity.md`. Exit code 1 when a bar is missed.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NotRun } from './not-run.js';
import { benchFor } from './parity/peers.js';
import { passes, type Result, type Results, type Row } from './parity/row.js';
import { rows } from './parity/rows.js';
import { asTable, withTable } from './parity/table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [resultsFile, document] = ['bench/results/parity.json', 'docs/parity.md'].map((path) =>
  join(root, path),
);

const { values, positionals } = parseArgs({
  options: { python: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no row ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

async function measure(row: Row): Promise<Result> {
  process.stderr.write(`${row.name} ...\n`);
  try {
    return { quantities: await row.measure(await benchFor(row.name, root, values.python)) };
  } catch (thrown) {
    if (thrown instanceof NotRun) return { notRun: thrown.message };
    throw thrown;
  }
}

const known = existsSync(resultsFile) ? (JSON.parse(await readFile(resultsFile, 'utf8')) as Results) : {};
const results = new Map(Object.entries(known));
/** Written after each row: some take hours. */
async function save(): Promise<Results> {
  const ordered = Object.fromEntries(
    rows.flatMap(({ name }) => (results.has(name) ? [[name, results.get(name)!]] : [])),
  );
  await writeFile(resultsFile, `${JSON.stringify(ordered, null, 2)}\n`);
  await writeFile(document, await withTable(await readFile(document, 'utf8'), ordered));
  return ordered;
}

for (const row of rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const result = await measure(row);
  if ('notRun' in result) process.stderr.write(`${row.name}: ${result.notRun}\n`);
  // Figures measured elsewhere stand until measured anew.
  if ('quantities' in result || 'notRun' in (results.get(row.name) ?? result)) results.set(row.name, result);
  await save();
}
const all = await save();
process.stdout.write(`${asTable(all)}\n`);
const missed = Object.values(all).some(
  (result) => 'quantities' in result && !result.quantities.every(passes),
);
process.exitCode = missed ? 1 : 0;
