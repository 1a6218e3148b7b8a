// Reads vitest's JSON report. A skipped test is a failure here: every server it could need is installed.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
for (const test of skipped) console.log(`skipped, which counts as failed: ${test.fullName}`);
const broken = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
);
for (const file of broken) console.log(`failed to load: ${file.name}`);
const failed = report.numFailedTests + skipped.length + broken.length;
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);
