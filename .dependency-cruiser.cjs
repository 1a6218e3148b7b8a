/** The rules of the house: who may import whom. */
const pureSource = "^packages/(model|indices|scoring|reports|adapters|attention|alerts|ledger)/src";
const tests = "\\.test\\.tsx?$";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "packages-import-no-service",
      comment: "Packages are what services are made of. Only the command line composes services.",
      severity: "error",
      from: { path: "^packages/", pathNot: "^packages/cli/" },
      to: { path: "^services/" },
    },
    {
      name: "services-import-no-service",
      comment: "Services meet in the log, never in code.",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^services/([^/]+)/", pathNot: "^services/$1/" },
    },
    {
      name: "pure-packages-do-no-io",
      comment: "model, indices, scoring, adapters, attention and alerts take values and return values.",
      severity: "error",
      from: { path: pureSource, pathNot: tests },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(buffer|util|crypto|assert)$" },
    },
    {
      name: "pure-packages-know-no-driver",
      severity: "error",
      from: { path: pureSource, pathNot: tests },
      to: {
        path: "^packages/(event-log|time-series|runtime|simulator|cli)/|node_modules/(mqtt|kafkajs|pino|fastify)/",
      },
    },
    {
      name: "only-the-kafka-log-knows-kafkajs",
      severity: "error",
      from: { pathNot: "^packages/event-log/src/kafka/" },
      to: { path: "node_modules/(\\.pnpm/)?kafkajs" },
    },
    {
      name: "only-the-embedded-log-knows-lmdb",
      severity: "error",
      from: { pathNot: "^packages/event-log/src/embedded/" },
      to: { path: "node_modules/(\\.pnpm/)?lmdb" },
    },
    {
      name: "only-the-influxdb-store-knows-its-client",
      severity: "error",
      from: { pathNot: "^packages/time-series/src/influxdb/" },
      to: { path: "node_modules/(\\.pnpm/)?@influxdata" },
    },
    {
      name: "only-the-duckdb-store-knows-duckdb",
      severity: "error",
      // The test of an import makes its Parquet.
      from: { pathNot: "^packages/time-series/src/duckdb/|^packages/cli/src/import/.*\\.test\\.ts$" },
      to: { path: "node_modules/(\\.pnpm/)?@duckdb" },
    },
    {
      name: "no-deep-imports-between-packages",
      comment: "The surface of a package is its index.ts.",
      severity: "error",
      from: { path: "^(packages|services)/([^/]+)/" },
      to: {
        path: "^(packages|services)/([^/]+)/src/",
        pathNot: "^$1/$2/|/src/(index|contract|shown-unit)\\.ts$",
      },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // The swc parser cannot read JSX; the components import nothing outside of their own folder.
    exclude: { path: "(^|/)dist/|\\.tsx$" },
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["kota-source", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".json"],
    },
  },
};
