import { defineConfig } from "vitest/config";

export default defineConfig({
  // Packages are tested from their sources: no build is needed before a test run.
  resolve: { conditions: ["kota-source"] },
  ssr: { resolve: { conditions: ["kota-source"] } },
  test: {
    include: ["{packages,services}/*/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
