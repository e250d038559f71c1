/**
 * Speed and memory, alone and beside the peers: `npm run bench -- [section ...] [--repeats 5] [--peers [--python PATH] [--ants]]`.
 * Measures the sections named, or all; keeps the others' figures; writes `bench/results/<section>.json` and the tables of
 * `bench/README.md`. Exit code 1 when a bar is missed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NotRun } from './not-run.js';
import { openBench } from './speed/bench.js';
import { readResults, writeResult } from './speed/results.js';
import { merge, misses } from './speed/section.js';
import { sections } from './speed/sections.js';
import { sectionText, withTables } from './speed/table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = join(root, 'bench/README.md');

const { values, positionals } = parseArgs({
  options: {
    repeats: { type: 'string', default: '5' },
    peers: { type: 'boolean', default: false },
    python: { type: 'string' },
    ants: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const options = { ...values, python: values.python, repeats: Number(values.repeats) };
const unknown = positionals.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length > 0 || !Number.isInteger(options.repeats) || options.repeats < 1) {
  const names = sections.map(({ name }) => name).join(', ');
  process.stderr.write(`sections are ${names}; --repeats takes a whole number from 1\n`);
  process.exit(2);
}

process.chdir(root);
const wanted = sections.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const section of wanted) {
  process.stderr.write(`${section.name} ...\n`);
  const { bench, run } = await openBench(section.name, root, options);
  try {
    const figures = await section.measure(bench);
    const known = (await readResults(root, [section])).get(section.name);
    await writeResult(root, section.name, merge(known, { run: run(), figures }));
  } catch (thrown) {
    if (!(thrown instanceof NotRun)) throw thrown;
    process.stderr.write(`${section.name}: ${thrown.message}\n`);
  }
  // After each section: some take hours.
  const results = await readResults(root, sections);
  await writeFile(document, await withTables(await readFile(document, 'utf8'), sections, results));
  process.stdout.write(`${sectionText(section, results)}\n\n`);
}
const results = await readResults(root, wanted);
process.exitCode = [...results.values()].some(({ figures }) => figures.some(misses)) ? 1 : 0;
