import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**"];

// These test with collections that are not in the project, and are no tests without them.
const COLLECTIONS = {
  KOTA_PAYLOAD_INDEX: "**/payload-index.test.ts",
  KOTA_INDEX_VECTORS: "**/index-vectors.test.ts",
  KOTA_PUBLISHED_ISPU: "**/published-ispu.test.ts",
};
const withoutCollection = Object.entries(COLLECTIONS).flatMap(([name, files]) =>
  process.env[name] ? [] : [files],
);

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
          exclude: [...exclude, ...withoutCollection, "**/*.real.test.ts", "**/*.long.test.ts"],
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
      {
        extends: true,
        // These wait for minutes to pass, on servers of their own: CI runs them beside the others.
        test: { name: "long", include: ["test/**/*.long.test.ts"], exclude, fileParallelism: false },
      },
    ],
  },
});
