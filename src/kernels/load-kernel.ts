/** The WebAssembly kernels that the build makes of this folder's AssemblyScript, compiled once a thread. */
import { readFileSync } from 'node:fs';

const compiled = new Map<string, WebAssembly.Module>();

/**
 * The exports of `<name>.as.ts`, working on `memory`: the caller knows their type. Pointers are byte offsets into it.
 * @throws what WebAssembly throws when the file is not there or not whole: the installation is broken
 */
export function loadKernel(name: string, memory: WebAssembly.Memory): unknown {
  const module = compiled.get(name) ?? new WebAssembly.Module(readFileSync(fileOf(name)));
  compiled.set(name, module);
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

const fileOf = (name: string) => new URL(`./${name}.wasm`, import.meta.url);
