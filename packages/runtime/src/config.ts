import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { KotaError, messageOf } from "@kota/model";
import { parse } from "yaml";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);

const onOrOff = z.preprocess(
  (value) => (typeof value === "string" ? !["false", "0", "off"].includes(value) : value),
  z.boolean(),
);

/** One token or several, comma separated, so that one can be replaced without a gap. */
const accessTokens = z
  .preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z
      .array(
        z
          .string()
          .regex(
            /^[\w.~+/=-]{16,}$/,
            "a token has at least 16 letters and digits; 'openssl rand -hex 24' makes one",
          ),
      )
      .min(1)
      .nullable(),
  )
  .default(null);

/**
 * Every setting of a kota process: its default, its meaning, and the environment variable that sets it.
 * The same keys may stand in a YAML file named by KOTA_CONFIG; the environment wins.
 */
export const Config = z.strictObject({
  city: z.string().describe("Folder of the city: city.yaml, areas.geojson, devices.csv, scores.yaml."),
  dataDir: z.string().describe("Where the embedded log and time series live."),
  httpHost: z
    .string()
    .default("127.0.0.1")
    .describe("Address that HTTP is served on; 0.0.0.0 for every interface."),
  httpPort: port
    .default(8080)
    .describe("Port of the web page, the API, /healthz, /readyz and /metrics; 0: any free one."),
  apiUrl: z
    .url()
    .nullable()
    .default(null)
    .describe(
      "The running kota that commands talk to. Unset: the one of this machine, by httpHost and httpPort.",
    ),
  ingestToken: accessTokens.describe(
    "Token that whoever sends messages over HTTP (POST /in/…) has to have; several, comma separated, are all good. Unset: no messages are taken over HTTP.",
  ),
  adminToken: accessTokens.describe(
    "Token for what changes something over HTTP: replaying rejections, registering devices; several, comma separated, are all good. Unset: nothing can be changed over HTTP.",
  ),
  readToken: accessTokens.describe(
    "Token for what shows messages as they came over HTTP: rejections, and messages as they come; the admin token is good as well; several, comma separated, are all good. Unset: anybody who reaches the API may read them.",
  ),
  mqttHost: z.string().default("127.0.0.1").describe("Address that the embedded MQTT broker listens on."),
  mqttPort: port.default(1883).describe("Port of the embedded MQTT broker; 0: any free one."),
  mqttUrl: z
    .string()
    .nullable()
    .default(null)
    .describe("An MQTT broker to subscribe to. Unset: the embedded broker."),
  mqttUsername: z.string().nullable().default(null).describe("User name for that broker."),
  mqttPassword: z.string().nullable().default(null).describe("Password for that broker."),
  mqttClientId: z
    .string()
    .default("kota-ingest")
    .describe(
      "Client id of ingest at that broker: keep it the same over restarts, and one for each ingest process.",
    ),
  mqttShareGroup: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Shared-subscription group, when several ingest processes share the load. Unset: a plain subscription.",
    ),
  mqttInFlight: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(2000)
    .describe("Unacknowledged QoS 1 messages that the broker may have under way to ingest."),
  eventLog: z
    .enum(["embedded", "kafka"])
    .default("embedded")
    .describe("Where the log between the stages is."),
  kafkaBrokers: z
    .preprocess(
      (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
      z.array(z.string().min(1)).min(1),
    )
    .default(["127.0.0.1:9092"])
    .describe("Kafka brokers, host:port, comma separated."),
  kafkaReplication: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .describe("Replication factor of topics that kota creates."),
  timeSeries: z
    .enum(["duckdb", "influxdb"])
    .default("duckdb")
    .describe("Where readings and scores are kept."),
  influxUrl: z.url().default("http://127.0.0.1:8086").describe("InfluxDB 2 address."),
  influxOrg: z.string().default("kota").describe("InfluxDB organisation."),
  influxBucket: z.string().default("kota").describe("InfluxDB bucket."),
  influxToken: z.string().default("").describe("InfluxDB token with read and write on the bucket."),
  ledger: onOrOff
    .default(true)
    .describe(
      "`kota start` also keeps the delivery ledger: what came against what is stored; off saves its reading of the log.",
    ),
  simulate: onOrOff
    .default(true)
    .describe("`kota start` also replays the city's recordings and simulated devices, if the city has any."),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("Log level."),
  logFormat: z.enum(["pretty", "json"]).default("json").describe("Lines for a person, or JSON lines."),
});
export type Config = z.infer<typeof Config>;

/** `dataDir` → `KOTA_DATA_DIR`. */
export function environmentName(key: string): string {
  return `KOTA_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Variables beside the settings that kota itself reads. */
const OTHER_VARIABLES = new Set(["KOTA_CONFIG", "KOTA_CACHE_DIR"]);

/**
 * Reads the settings from `defaults`, the file that KOTA_CONFIG names, and the environment, the later winning.
 * Relative paths are from `cwd`.
 * @throws KotaError `config_invalid`, listing every problem with the variable's name.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  defaults: Partial<Config> & Pick<Config, "city" | "dataDir">,
  cwd = process.cwd(),
): Config {
  const values: Record<string, unknown> = { ...defaults, ...readConfigFile(env.KOTA_CONFIG, cwd) };
  const known = new Set(Object.keys(Config.shape).map(environmentName));
  const problems: string[] = [];
  for (const name of Object.keys(env)) {
    if (
      name.startsWith("KOTA_") &&
      !known.has(name) &&
      !OTHER_VARIABLES.has(name) &&
      !name.startsWith("KOTA_TEST_")
    ) {
      problems.push(`${name}: there is no such setting`);
    }
  }
  for (const key of Object.keys(Config.shape)) {
    const value = env[environmentName(key)];
    if (value !== undefined && value !== "") values[key] = value;
  }
  const parsed = Config.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const key = String(issue.path[0] ?? "");
    problems.push(key === "" ? issue.message : `${environmentName(key)} (${key}): ${issue.message}`);
  }
  if (!parsed.success || problems.length > 0) {
    throw new KotaError("config_invalid", `The settings are not usable:\n  ${problems.join("\n  ")}`);
  }
  const config = parsed.data;
  return { ...config, city: absolute(config.city, cwd), dataDir: absolute(config.dataDir, cwd) };
}

function readConfigFile(path: string | undefined, cwd: string): Record<string, unknown> {
  if (!path) return {};
  try {
    const content: unknown = parse(readFileSync(absolute(path, cwd), "utf8"));
    return z.record(z.string(), z.unknown()).parse(content ?? {});
  } catch (cause) {
    throw new KotaError(
      "config_invalid",
      `The file ${path} that KOTA_CONFIG names cannot be used: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}
