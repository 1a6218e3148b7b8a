// Reads vitest's JSON reports. A skipped test is a failure here: every server it could need is installed.
import { existsSync, readFileSync } from "node:fs";

const paths = process.argv.slice(2);
const unwritten = paths.filter((path) => !existsSync(path));
for (const path of unwritten) console.log(`no report, as the run ended before it was written: ${path}`);
const files = paths
  .filter((path) => existsSync(path))
  .flatMap((path) => JSON.parse(readFileSync(path, "utf8")).testResults);
const tests = files.flatMap((file) => file.assertionResults);
const passed = tests.filter((test) => test.status === "passed");
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
for (const test of skipped) console.log(`skipped, which counts as failed: ${test.fullName}`);
const broken = files.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
for (const file of broken) console.log(`failed to load: ${file.name}`);
const failed = tests.length - passed.length + broken.length + unwritten.length;
console.log(`${passed.length} passed, ${failed} failed`);
process.exit(failed === 0 && passed.length > 0 ? 0 : 1);
