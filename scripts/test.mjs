// Runs every built test (or those named) with Node's test runner; the last line is `N passed, N failed`.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const wanted = process.argv.slice(2);
const files = readdirSync('dist/test', { recursive: true })
  .filter((name) => name.endsWith('.test.js'))
  .map((name) => join(root, 'dist/test', name))
  .filter((path) => wanted.length === 0 || wanted.some((word) => relative(root, path).includes(word)))
  .sort();

const count = { passed: 0, failed: 0, skipped: 0 };
// A file is reported as a test of its own; only what stands inside files is counted.
const isFile = (event) => event.name === event.file || files.includes(event.name);
const stream = run({ files, concurrency: 2, timeout: 600_000 });
stream.on('test:pass', (event) => {
  if (isFile(event) || event.details.type === 'suite') return;
  if (event.skip !== undefined || event.todo !== undefined) count.skipped += 1;
  else count.passed += 1;
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite' || isFile(event)) count.failed += 1;
  process.exitCode = 1;
});
const report = stream.compose(spec);
report.pipe(process.stdout, { end: false });
report.on('end', () => {
  const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
  process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`);
});
