/** Packages in a directory's node_modules, for engines that look there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
const standIn = new URL('./tfjs-node-stand-in.js?gpu', import.meta.url).href;
/** Plain JavaScript in TensorFlow's place. */
export const SOUND = `export { default } from '${standIn}';`;
/** The same with ReLU where the networks want ELU. */
export const INEXACT = `
  import tf from '${standIn}';
  const relu = tf.getKernel('Relu', 'tensorflow');
  tf.unregisterKernel('Elu', 'tensorflow');
  tf.registerKernel({ ...relu, kernelName: 'Elu' });
  export default tf;`;
