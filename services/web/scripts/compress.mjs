/**
 * Puts a `.br` and a `.gz` beside every file of the build that gets smaller by it, so that the API can send these as they
 * are. They are as small as can be, because nobody waits for it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const LEAST = 1024;
let files = 0;
let [whole, compressed] = [0, 0];

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(?:js|css|html|svg|json)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const content = readFileSync(file);
  if (content.length < LEAST) continue;
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  files++;
  whole += content.length;
  compressed += brotli.length;
}
console.log(`page built: ${files} files, ${kilobytes(whole)} kB, ${kilobytes(compressed)} as they are sent`);

function kilobytes(bytes) {
  return Math.round(bytes / 1000).toLocaleString("en");
}
