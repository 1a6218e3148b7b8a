#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(main)) {
  // A fresh checkout: the command line builds what it needs. Its words go to standard error, which is not data.
  console.error("kota is not built yet; building …");
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b"], {
    cwd: root,
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
  });
  if (status !== 0 || !existsSync(main)) {
    console.error("The build failed. Run: npx -y pnpm@10 install && npx -y pnpm@10 build");
    process.exit(3);
  }
}
await import(main.href);
