// The checks that run no test, side by side: types, indexes, linter, formatter. Says all that any of them found, in that order.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const bin = (path) => `node_modules/${path}`;
const checks = [
  // From where the build left off.
  [bin('typescript/bin/tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'],
  ['scripts/check-indexed-access.mjs'],
  [bin('eslint/bin/eslint.js'), '.'],
  [bin('prettier/bin/prettier.cjs'), '--check', '.'],
];

/** What it said, and whether all was well. */
const outcome = (args) =>
  new Promise((settle) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('error', ({ message }) => settle({ said: message, isWell: false }));
    child.on('close', (code) => settle({ said, isWell: code === 0 }));
  });

const outcomes = await Promise.all(checks.map(outcome));
for (const { said, isWell } of outcomes) if (!isWell) process.stderr.write(said);
process.exitCode = outcomes.every(({ isWell }) => isWell) ? 0 : 1;
