import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `pnpm --filter @kota/web dev` finds the API; `kota start` listens there. */
const api = process.env.KOTA_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // kota's packages are bundled from their sources: no build is needed before the page's.
  resolve: { conditions: ["kota-source", "module", "browser", "development|production"] },
  build: {
    // What the page needs: <dialog>, light-dark(), Map.groupBy.
    target: ["chrome123", "firefox121", "safari17.5"],
    reportCompressedSize: false,
    // The map is a chunk of its own and is loaded when it is scrolled to.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // Which plugin was slow on a busy machine is nothing to a reader of `pnpm start`.
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: "maplibre-gl", test: /node_modules\/maplibre-gl\// },
            // All that every page begins with comes as one file: each file of its own is one more turn of kota's own thread.
            { name: "start", tags: ["$initial"] },
          ],
        },
      },
    },
  },
  server: { proxy: { "/v1": { target: api, changeOrigin: true } } },
});
