/** Packages in a directory's node_modules, for engines that look there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FindPackage } from '../../src/engine/packages.js';

export const installedIn =
  (directory: string): FindPackage =>
  (name) =>
    pathToFileURL(createRequire(join(resolve(directory), 'here.js')).resolve(name)).href;

export const VERSION = '4.22.0';

/** @param module text of the package's main module */
export function install(directory: string, name: string, module: string): void {
  const home = join(directory, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const manifest = { name, version: VERSION, type: 'module', main: 'index.js' };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(home, 'index.js'), module);
}

export const MISSING_LIBRARY = `throw new Error('libcudart.so.11.0: cannot open shared object file');`;
/** A worker thread may not abort; a signal ends the process as a fault in native code would. */
export const CRASH = `process.kill(process.pid, 'SIGSEGV'); await new Promise((resolve) => setTimeout(resolve, 10_000));`;
export const HANG = `for (;;);`;
const standInUrl = (asked: string) => new URL(`./tfjs-node-stand-in.js?${asked}`, import.meta.url).href;
/** Plain JavaScript in TensorFlow's place. @param asked of the stand-in */
export const standIn = (asked: string): string => `export { default } from '${standInUrl(asked)}';`;
export const SOUND = standIn('gpu');
/** The same with ReLU where the networks want ELU. */
export const INEXACT = `
  import tf from '${standInUrl('gpu')}';
  const relu = tf.getKernel('Relu', 'tensorflow');
  tf.unregisterKernel('Elu', 'tensorflow');
  tf.registerKernel({ ...relu, kernelName: 'Elu' });
  export default tf;`;
