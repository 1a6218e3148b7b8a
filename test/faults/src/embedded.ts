import { join } from "node:path";
import { MESSAGES, openEmbeddedLog } from "@kota/event-log";
import { freePort } from "../../../infra/native/servers.mjs";
import { getJson, rejectedKeys, seriesOf } from "./api.ts";
import { type Ending, KotaProcess } from "./kota-process.ts";
import { keysInLog, type StoredReading, type System, type TimeRange, untidy } from "./system.ts";

/** Each is a query to the API. */
const WATCHED = 6;

export interface EmbeddedOptions {
  readonly city: string;
  readonly dataDir: string;
}

/** `kota start`: broker, log and time series in one process. */
export class Embedded implements System {
  readonly #options: EmbeddedOptions;
  readonly #httpPort: number;
  readonly #mqttPort: number;
  #process: KotaProcess;

  private constructor(options: EmbeddedOptions, httpPort: number, mqttPort: number) {
    this.#options = options;
    this.#httpPort = httpPort;
    this.#mqttPort = mqttPort;
    this.#process = this.#launch();
  }

  static async start(options: EmbeddedOptions): Promise<Embedded> {
    const embedded = new Embedded(options, await freePort(), await freePort());
    await embedded.ready();
    return embedded;
  }

  #launch(): KotaProcess {
    return new KotaProcess(["start"], {
      KOTA_CITY: this.#options.city,
      KOTA_DATA_DIR: this.#options.dataDir,
      KOTA_SIMULATE: "false",
      KOTA_HTTP_PORT: String(this.#httpPort),
      KOTA_MQTT_PORT: String(this.#mqttPort),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#httpPort}`;
  }

  get api(): string {
    return this.url;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.#mqttPort}`;
  }

  get process(): KotaProcess {
    return this.#process;
  }

  ready(timeoutMs?: number): Promise<void> {
    return this.#process.ready(this.url, timeoutMs);
  }

  async kill(): Promise<Ending> {
    return await this.#process.end("SIGKILL");
  }

  relaunch(): void {
    this.#process = this.#launch();
  }

  watched(devices: readonly string[]): readonly string[] {
    return devices.slice(0, WATCHED);
  }

  async newest(devices: readonly string[], from: number): Promise<ReadonlyMap<string, number>> {
    const series = await Promise.all(
      devices.map((device) => seriesOf(this.url, device, { from, to: from + 86_400_000 })),
    );
    return new Map(
      series.flatMap((readings) => readings.slice(-1).map(({ device, time }) => [device, time])),
    );
  }

  async countStored(): Promise<number> {
    return (await getJson<{ count: number }>(`${this.url}/v1/readings/count`)).count;
  }

  async stored(devices: readonly string[], range: TimeRange): Promise<StoredReading[]> {
    const readings: StoredReading[] = [];
    for (const device of devices) readings.push(...(await seriesOf(this.url, device, range)));
    return readings;
  }

  rejected(devices: ReadonlySet<string>, since: number): Promise<string[]> {
    return rejectedKeys(this.url, devices, since);
  }

  async stop(): Promise<string[]> {
    return this.#process.ended ? [] : untidy("kota", await this.#process.end("SIGTERM"));
  }

  async logged(devices: ReadonlySet<string>): Promise<string[]> {
    const log = await openEmbeddedLog({ dir: join(this.#options.dataDir, "log") });
    try {
      await log.ensureTopics([MESSAGES]);
      return await keysInLog(log, devices);
    } finally {
      await log.close();
    }
  }
}
