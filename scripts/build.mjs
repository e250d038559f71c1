// Compiles TypeScript to dist/ and the AssemblyScript kernels to WebAssembly beside their callers, the one while the other.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
mkdirSync('dist/src/kernels', { recursive: true });

/** @param script below node_modules */
const run = (script, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`node_modules/${script}`, ...args], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${script} failed`))));
  });

async function compileKernels() {
  for (const file of readdirSync('src/kernels').filter((name) => name.endsWith('.as.ts'))) {
    const wasm = `dist/src/kernels/${file.replace('.as.ts', '.wasm')}`;
    const options = ['-O3', '--enable', 'simd', '--importMemory', '--runtime', 'stub', '--noAssert'];
    await run('assemblyscript/bin/asc.js', [`src/kernels/${file}`, '-o', wasm, ...options]);
  }
}

const compileTypeScript = () =>
  run('typescript/bin/tsc', ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo']);

// What was wrong has been said by whoever found it.
const outcomes = await Promise.allSettled([compileKernels(), compileTypeScript()]);
process.exitCode = outcomes.every(({ status }) => status === 'fulfilled') ? 0 : 1;
