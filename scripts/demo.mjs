// The main job on embedded data: makes a small phantom cohort, extracts its features, shows the table.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
function pipeline(...args) {
  process.stderr.write(`\n$ pipeline ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync('data/cohort/manifest.csv'))
  pipeline('phantom', '--subjects', '6', '--seed', '1', '--spacing', '2', '--out', 'data/cohort');
pipeline('run', 'pipelines/demo.yaml');
pipeline('show', 'out/demo');
