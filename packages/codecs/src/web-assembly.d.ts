// The part of the WebAssembly interface that this package uses; @types/node 20 has none of it.
declare namespace WebAssembly {
  type ExportValue = ((...args: number[]) => unknown) | Global | Memory | object;
  type Exports = Readonly<Record<string, ExportValue>>;
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { module: string; name: string; kind: string }[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Global {
    value: number;
  }
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array): Promise<Module>;
}
