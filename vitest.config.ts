import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**"];

// It tests with a collection of payloads that is not in the project, and is no test without one.
const withoutCollection = process.env.KOTA_PAYLOAD_INDEX ? [] : ["**/payload-index.test.ts"];

const report = process.env.KOTA_TEST_REPORT;

export default defineConfig({
  // Packages are tested from their sources: no build is needed before a test run.
  resolve: { conditions: ["kota-source"] },
  ssr: { resolve: { conditions: ["kota-source"] } },
  test: {
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Where a report is asked for, in CI, what failed is tried once more and marked '(retry x1)': a machine that others use
    // is late at times. By hand nothing is tried again.
    retry: report ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{packages,services}/*/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
          exclude: [...exclude, ...withoutCollection, "**/*.real.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "real",
          include: ["{packages,services}/*/src/**/*.real.test.ts", "test/**/*.real.test.ts"],
          exclude,
          globalSetup: "test/servers/setup.ts",
          fileParallelism: false,
          testTimeout: 60_000,
        },
      },
    ],
  },
});
