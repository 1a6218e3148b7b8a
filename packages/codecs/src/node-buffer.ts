import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

let source: string | undefined;

/**
 * A script that defines `Buffer` as Node has it, from the sources of the package `buffer` and the two that it needs.
 * It runs inside of the sandbox.
 */
export function nodeBuffer(): string {
  if (source === undefined) {
    const buffer = createRequire(import.meta.url).resolve("buffer/");
    const its = createRequire(buffer);
    const modules = ["base64-js", "ieee754"].map((name) => [name, its.resolve(name)] as const);
    source = `(function () {
      const modules = {};
      const require = (name) => modules[name];
      const load = (name, define) => { const module = { exports: {} }; define(module, module.exports, require); modules[name] = module.exports; };
      ${[...modules, ["buffer", buffer] as const].map(([name, path]) => `load("${name}", function (module, exports, require) { ${readFileSync(path, "utf8")}\n});`).join("\n")}
      Object.defineProperty(globalThis, "Buffer", { value: modules.buffer.Buffer, writable: true, enumerable: false, configurable: true });
    })()`;
  }
  return source;
}
