/** What is published: a package that holds what it needs and no more, and the README's example, as printed, run against it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, root } from './command.js';

const home = temporaryDirectory('package');
const installed = join(home, 'node_modules/lungflow');

function run(command: string, args: readonly string[], cwd: string): string {
  const shell = process.platform === 'win32'; // npm is a script there
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}\n${error?.message}`);
  return stdout;
}

/** What a stage's author writes: by the exports alone. */
const STAGE_TEST = `
import { defineStage, inputError, z } from 'lungflow';
import { isoGrid, type Geometry } from 'lungflow/imaging';
import { runStage } from 'lungflow/testing';

const odd = defineStage({
  name: 'odd', version: 1, summary: 'Fails.', config: z.strictObject({}), lane: 'cpu', needs: {}, gives: {},
  open: () => ({ process: () => Promise.reject(inputError('odd', 'It is odd.', 'Make it even.')) }),
});
const direction = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
const grid: Geometry = { size: [4, 4, 4], spacing: [2, 2, 2], origin: [0, 0, 0], direction };
console.log(isoGrid(grid, 1).size.join());
try {
  await runStage(odd(), {});
} catch (thrown) {
  console.log((thrown as { code: string }).code);
}
`;

/** As npm would, without asking a registry: the packages that it depends on stand beside it. */
async function install(): Promise<void> {
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', home], root);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  await mkdir(installed, { recursive: true });
  run('tar', ['-xzf', join(home, filename), '-C', installed, '--strip-components=1'], home);
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // The compiler and the types of Node are what a TypeScript user has.
  for (const name of [...Object.keys(dependencies), 'typescript', '@types/node']) {
    const to = join(home, 'node_modules', name);
    await mkdir(dirname(to), { recursive: true });
    await symlink(join(root, 'node_modules', name), to, 'junction');
  }
  await writeFile(join(home, 'package.json'), JSON.stringify({ type: 'module', private: true }));
}

/** A cohort of one, and its atlas, where the example looks for them. */
async function bringScan(): Promise<void> {
  const cohort = await phantomCohort();
  const [header, first] = (await readFile(join(cohort, 'manifest.csv'), 'utf8')).split('\n');
  const cells = first.split(',');
  const at = header.split(',').indexOf('image');
  cells[at] = join(cohort, cells[at]);
  await writeFile(join(home, 'cohort.csv'), `${header}\n${cells.join(',')}\n`);
  await symlink(join(cohort, 'atlas'), join(home, 'atlas'), 'junction');
}

describe('the package', () => {
  before(async () => {
    await install();
    await bringScan();
  });

  const files = async () =>
    (await readdir(installed, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(installed, join(parentPath, name)).replaceAll('\\', '/'));

  it('holds no tests, no benches, and nothing that lies outside it', async () => {
    const names = await files();
    assert.ok(names.includes('dist/src/cli/main.js') && names.includes('dist/src/kernels/conv3d.wasm'));
    assert.deepEqual(
      names.filter((name) => /\.test\.|^dist\/(test|bench|data\/cohort)|\.map$/.test(name)),
      [],
    );
    const scripts = names.filter((name) => /\.(js|d\.ts)$/.test(name));
    for (const name of scripts) {
      const text = (await readFile(join(installed, name), 'utf8')).replaceAll(/\/\*[^]*?\*\//g, ''); // not what comments cite
      for (const [, path] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
        const to = relative(installed, resolve(installed, dirname(name), path)).replaceAll('\\', '/');
        assert.ok(names.includes(to), `${name} imports ${path}, which is not in the package`);
      }
    }
    for (const name of names.filter((name) => name.endsWith('.yaml')))
      for (const [, path] of (await readFile(join(installed, name), 'utf8')).matchAll(/^\s+\w+: (\.\.\S+)/gm))
        assert.ok(
          !relative(installed, resolve(installed, dirname(name), path)).startsWith('..'),
          `${name} points to ${path}`,
        );
  });

  it('runs the README’s TypeScript as printed, and a stage’s test, with the published types', async () => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const [, example] = /```ts\n([^]*?)```/.exec(readme)!;
    await writeFile(join(home, 'example.ts'), example);
    await writeFile(join(home, 'stage.ts'), STAGE_TEST);
    const strict = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const compiler = 'node_modules/typescript/bin/tsc';
    run(process.execPath, [compiler, ...strict, 'example.ts', 'stage.ts'], home);
    assert.equal(run(process.execPath, ['stage.js'], home), '8,8,6\nodd\n');
    const said = run(process.execPath, ['example.js'], home);
    assert.match(said, /^\S+ \[/m);
    assert.ok(
      (await readdir(join(home, 'results/features'))).some((name) => name.endsWith('.arrow')),
      said,
    );
  });

  it('knows the errors of another copy of itself', async () => {
    await writeFile(
      join(home, 'copies.mjs'),
      `import { LungflowError as mine, usageError } from 'lungflow';
import { LungflowError as other, inputError, FileProblems } from '${join(root, 'dist/src/index.js')}';
const thrown = inputError('odd', 'It is odd.', 'Make it even.');
console.log(mine !== other, thrown instanceof mine, usageError('a', 'b', 'c') instanceof other, thrown instanceof FileProblems, new Error() instanceof mine);
`,
    );
    assert.equal(run(process.execPath, ['copies.mjs'], home), 'true true true false false\n');
  });
});
