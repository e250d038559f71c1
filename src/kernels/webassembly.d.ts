/** The part of WebAssembly's JavaScript interface that is used here: it comes with TypeScript's DOM library, which is not loaded. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: {
    new (binary: Uint8Array): Module;
    imports(module: Module): { module: string; name: string; kind: string }[];
  };
  class Memory {
    constructor(limits: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const Instance: new (module: Module, imports?: Imports) => Instance;
  function instantiate(
    binary: Uint8Array,
    imports?: Imports,
  ): Promise<{ module: Module; instance: Instance }>;
}
