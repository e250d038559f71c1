// Compiles TypeScript to dist/ and the AssemblyScript kernels to WebAssembly beside their callers.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
mkdirSync('dist/src/kernels', { recursive: true });
for (const file of readdirSync('src/kernels').filter((name) => name.endsWith('.as.ts'))) {
  const wasm = `dist/src/kernels/${file.replace('.as.ts', '.wasm')}`;
  run(bin('asc'), [
    `src/kernels/${file}`,
    '-o',
    wasm,
    '-O3',
    '--enable',
    'simd',
    '--importMemory',
    '--runtime',
    'stub',
    '--noAssert',
  ]);
}
run(bin('tsc'), ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo']);
