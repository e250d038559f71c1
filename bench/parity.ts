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
import { benchFor } from './parity/peers.js';
import { NotRun, passes, type Result, type Row } from './parity/row.js';
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

const kept = existsSync(resultsFile)
  ? (JSON.parse(await readFile(resultsFile, 'utf8')) as Partial<Record<string, Result>>)
  : {};
const measured: Record<string, Result> = {};
for (const row of rows) {
  const wanted = positionals.length === 0 || positionals.includes(row.name);
  const result = wanted ? await measure(row) : kept[row.name];
  if (result) measured[row.name] = result;
}
await writeFile(resultsFile, `${JSON.stringify(measured, null, 2)}\n`);
await writeFile(document, await withTable(await readFile(document, 'utf8'), measured));
process.stdout.write(`${asTable(measured)}\n`);
const missed = Object.values(measured).some(
  (result) => 'quantities' in result && !result.quantities.every(passes),
);
process.exitCode = missed ? 1 : 0;
