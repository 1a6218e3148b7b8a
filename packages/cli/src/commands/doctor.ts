import { describeKafka, GROUPS, TOPICS } from "@kota/event-log";
import type { City } from "@kota/model";
import { type Config, loadCity } from "@kota/runtime";
import { brokerFindings, describeBroker } from "../doctor/broker.ts";
import { cityFindings } from "../doctor/city.ts";
import { exposureFindings } from "../doctor/exposure.ts";
import { type Finding, findingsOf } from "../doctor/finding.ts";
import { influxFindings } from "../doctor/influxdb.ts";
import { kafkaFindings } from "../doctor/kafka.ts";
import { dataFolderFindings, filesFinding, nodeFinding, openFileLimit } from "../doctor/machine.ts";
import { portFindings } from "../doctor/ports.ts";
import { runningFindings } from "../doctor/running.ts";
import { apiUrl, findRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";

export interface DoctorOptions {
  readonly json?: boolean;
}

/** Exit codes as everywhere: settings or city unusable, or something kota needs is not there. */
const UNUSABLE = 3;
const MISSING = 4;

/** `kota doctor`: everything that kota needs, looked at before the first message is lost. It changes nothing. */
export async function doctor({ json }: DoctorOptions): Promise<void> {
  const findings: Finding[] = [];
  for await (const found of examine(settings())) {
    findings.push(...found);
    if (!json) for (const finding of found) console.log(lines(finding).join("\n"));
  }
  if (json) console.log(JSON.stringify(findings, null, 2));
  else console.log(`\n${verdict(findings)}`);
  const failures = findings.filter(({ state }) => state === "fail");
  if (failures.some(({ fault }) => fault === "caller")) process.exitCode = UNUSABLE;
  else if (failures.length > 0) process.exitCode = MISSING;
}

/** One group of findings after the other, as soon as it is there. */
async function* examine(config: Config): AsyncGenerator<readonly Finding[]> {
  let city: City | undefined;
  const cityFound = await findingsOf("city", async () => {
    city = loadCity(config.city);
    return cityFindings(config.city, city);
  });
  yield [
    nodeFinding(process.version),
    filesFinding(openFileLimit(), city?.devices.length ?? 0, config.mqttUrl === null),
  ];
  yield cityFound;
  yield exposureFindings(config);
  const isEmbedded = config.eventLog === "embedded" || config.timeSeries === "duckdb";
  if (isEmbedded) yield await findingsOf("data folder", () => dataFolderFindings(config.dataDir));
  const kota = await findRunningKota(apiUrl(config));
  yield kota
    ? await findingsOf("running kota", () => runningFindings(kota, GROUPS.score))
    : await findingsOf("ports", () => portFindings(config));
  const { mqttUrl } = config;
  if (mqttUrl !== null) {
    const { subscribe = ["#"] } = city?.settings.mqtt ?? {};
    yield await findingsOf("MQTT broker", async () =>
      brokerFindings(
        await describeBroker({ ...config, mqttUrl }, subscribe),
        city?.settings.limits.maxPayloadBytes ?? 0,
      ),
    );
  }
  if (config.eventLog === "kafka") {
    yield await findingsOf("Kafka", async () =>
      kafkaFindings(
        await describeKafka(
          config.kafkaBrokers,
          TOPICS.map(({ name }) => name),
        ),
        config.kafkaReplication,
      ),
    );
  }
  if (config.timeSeries === "influxdb") {
    yield await findingsOf("InfluxDB", async () => {
      const { describeInflux } = await import("@kota/time-series");
      return influxFindings(
        await describeInflux({
          url: config.influxUrl,
          org: config.influxOrg,
          bucket: config.influxBucket,
          token: config.influxToken,
        }),
      );
    });
  }
}

function lines({ check, state, found, remedy }: Finding): string[] {
  const head = `${{ ok: "ok  ", warn: "warn", fail: "FAIL" }[state]}  ${check.padEnd(16)}  ${found}`;
  return remedy === null ? [head] : [head, `${" ".repeat(24)}→ ${remedy}`];
}

function verdict(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  const [failures, warnings] = [count("fail"), count("warn")];
  if (failures === 0 && warnings === 0) return "All is well.";
  const warned = warnings === 0 ? "" : `${warnings} to think about`;
  return [failures === 0 ? "kota can run" : `${failures} to repair before kota can run`, warned]
    .filter(Boolean)
    .join("; ")
    .concat(".");
}
