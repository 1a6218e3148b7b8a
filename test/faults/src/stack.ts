import { openKafkaLog } from "@kota/event-log";
import { SERVICE_NAMES, type ServiceName } from "@kota/runtime";
import { freePort, type Native } from "../../../infra/native/servers.mjs";
import { rejectedKeys } from "./api.ts";
import { readingsByFlux } from "./flux.ts";
import { type Ending, KotaProcess } from "./kota-process.ts";
import { keysInLog, type StoredReading, type System, type TimeRange, untidy } from "./system.ts";

/** A process: the service, and a number where there are two of it. */
export type Member = ServiceName | `${ServiceName}-2`;

export interface StackOptions {
  readonly native: Native;
  readonly city: string;
  readonly members?: readonly Member[];
  /** Instead of the servers themselves: where a broken network stands between. */
  readonly mqttUrl?: string;
  readonly influxUrl?: string;
  readonly kafkaBrokers?: readonly string[];
  /** Of the topics that kota makes. */
  readonly replication?: number;
  /** Two ingest processes share the load in this group. */
  readonly shareGroup?: string;
  /** Two ingest processes are told to be the same client: a mistake in a deployment. */
  readonly oneClientId?: boolean;
}

/** kota's services, each a process of its own, on real Mosquitto, Kafka and InfluxDB. */
export class Stack implements System {
  readonly native: Native;
  readonly #options: StackOptions;
  readonly #processes = new Map<Member, KotaProcess>();
  readonly #ports = new Map<Member, number>();
  readonly #spare: number;

  private constructor(options: StackOptions, spare: number) {
    this.native = options.native;
    this.#options = options;
    this.#spare = spare;
  }

  static async start(options: StackOptions): Promise<Stack> {
    const stack = new Stack(options, await freePort());
    const members = options.members ?? SERVICE_NAMES;
    for (const member of members) stack.#ports.set(member, await freePort());
    try {
      for (const member of members) stack.launch(member);
      await Promise.all(members.map((member) => stack.ready(member)));
    } catch (error) {
      await stack.killAll();
      throw error;
    }
    return stack;
  }

  get api(): string {
    return this.url("api");
  }

  get mqttUrl(): string {
    return this.native.mosquitto.url;
  }

  launch(member: Member): void {
    const { native, city, mqttUrl, influxUrl, kafkaBrokers, replication, shareGroup, oneClientId } =
      this.#options;
    const [service = "", number] = member.split("-");
    this.#processes.set(
      member,
      new KotaProcess(["run", service], {
        KOTA_CITY: city,
        KOTA_MQTT_URL: mqttUrl ?? native.mosquitto.url,
        KOTA_MQTT_CLIENT_ID: number && !oneClientId ? `kota-ingest-${number}` : "kota-ingest",
        ...(shareGroup ? { KOTA_MQTT_SHARE_GROUP: shareGroup } : {}),
        KOTA_KAFKA_BROKERS: (kafkaBrokers ?? native.kafka.brokers).join(","),
        ...(replication ? { KOTA_KAFKA_REPLICATION: String(replication) } : {}),
        KOTA_INFLUX_URL: influxUrl ?? native.influxdb.url,
        KOTA_INFLUX_ORG: native.influxdb.org,
        KOTA_INFLUX_BUCKET: native.influxdb.bucket,
        KOTA_INFLUX_TOKEN: native.influxdb.token,
        KOTA_HTTP_PORT: String(this.#ports.get(member)),
      }),
    );
  }

  /** One more, beside those that the stack began with. */
  add(member: Member): void {
    this.#ports.set(member, this.#spare);
    this.launch(member);
  }

  process(member: Member): KotaProcess {
    const process = this.#processes.get(member);
    if (!process) throw new Error(`${member} was never started`);
    return process;
  }

  url(member: Member): string {
    return `http://127.0.0.1:${this.#ports.get(member)}`;
  }

  ready(member: Member, timeoutMs?: number): Promise<void> {
    return this.process(member).ready(this.url(member), timeoutMs);
  }

  end(member: Member, signal: NodeJS.Signals): Promise<Ending> {
    return this.process(member).end(signal);
  }

  /** What still runs when a row is over or has failed. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.end("SIGKILL")));
  }

  watched(devices: readonly string[]): readonly string[] {
    return devices;
  }

  async newest(devices: readonly string[], from: number): Promise<ReadonlyMap<string, number>> {
    const readings = await readingsByFlux(
      this.native.influxdb,
      devices,
      { from, to: from + 86_400_000 },
      "|> last()",
    );
    return new Map(readings.map(({ device, time }) => [device, time]));
  }

  async countStored(devices: readonly string[], range: TimeRange): Promise<number> {
    const [counted] = await readingsByFlux(
      this.native.influxdb,
      devices,
      range,
      `|> count() |> group() |> sum() |> map(fn: (r) => ({ r with device: "", _time: time(v: 0) }))`,
    );
    return counted?.value ?? 0;
  }

  stored(devices: readonly string[], range: TimeRange): Promise<StoredReading[]> {
    return readingsByFlux(this.native.influxdb, devices, range);
  }

  rejected(devices: ReadonlySet<string>, since: number): Promise<string[]> {
    return rejectedKeys(this.url("api"), devices, since);
  }

  async stop(): Promise<string[]> {
    const problems = await Promise.all(
      [...this.#processes].map(async ([member, process]) =>
        process.ended ? [] : untidy(member, await process.end("SIGTERM")),
      ),
    );
    return problems.flat();
  }

  async logged(devices: ReadonlySet<string>): Promise<string[]> {
    const log = await openKafkaLog({
      brokers: this.native.kafka.brokers,
      clientId: "faults",
      replication: 1,
    });
    try {
      return await keysInLog(log, devices);
    } finally {
      await log.close();
    }
  }
}
