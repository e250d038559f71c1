// Makes a fresh clone ready: installs from the npm registry when the lockfile is newer, builds when sources are.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const newest = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, modified(join(entry.parentPath, entry.name))), 0);

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) run('npm', ['ci']);
const sources = ['src', 'stages', 'data/phantom', 'test', 'bench', 'scripts'].filter(existsSync).map(newest);
const stamp = 'dist/.built';
if (modified(stamp) < Math.max(...sources, modified('tsconfig.json'), modified('package-lock.json'))) {
  run(process.execPath, ['scripts/build.mjs']);
  writeFileSync(stamp, '');
}
