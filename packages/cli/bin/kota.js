#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("kota is not built yet. Run: npx -y pnpm@10 build");
  process.exit(3);
}
await import(main.href);
