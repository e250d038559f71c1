/** Workers without threads: the functions run where the test runs, on the same memory. */
import type { Workers } from '../core/stage.js';

export const inThreadWorkers: Workers = {
  threads: 1,
  run: async (module, name, ...args) => {
    const functions = (await import(module.url)) as Record<string, (...args: readonly unknown[]) => unknown>;
    const found = functions[name];
    if (typeof found !== 'function') throw new Error(`${module.url} exports no function ${name}`);
    return (await found(...args)) as never;
  },
};
