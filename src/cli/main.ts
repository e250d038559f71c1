#!/usr/bin/env node
/** `pipeline`, for whatever Node.js starts it: says so where that is too old, else goes on to the command line. */
import { readFileSync } from 'node:fs';
import { isOlder } from './is-older.js';

const { version, engines } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string; engines: { node: string } };
const needed = engines.node.replace('>=', '');

if (isOlder(process.versions.node, needed)) {
  process.stderr.write(`lungflow needs Node.js ${needed} or later; this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else if (process.argv.slice(2).join() === '--version') {
  process.stdout.write(`${version}\n`); // without all that the commands load
} else {
  await import('./command-line.js');
}
