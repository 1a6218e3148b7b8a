export type ServerName = "mosquitto" | "kafka" | "influxdb";

export const SERVERS: readonly ServerName[];

export interface StartOptions {
  /** Which ones; default: all three. */
  servers?: readonly ServerName[];
  /** Where their data, logs and pid files are. Kept by `stop`. Default: a temporary folder, which `stop` deletes. */
  dir?: string;
  /** Default: free ones. */
  ports?: Partial<Record<ServerName | "kafkaController", number>>;
  /** Settings of Kafka over those of infra/kafka, such as `message.max.bytes=1000`. */
  kafkaProperties?: readonly string[];
  /** Keep the temporary folder. */
  keep?: boolean;
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  /** Another one after a restart. */
  readonly pid: number;
}

export interface Kafka {
  readonly brokers: string[];
  readonly port: number;
  readonly pid: number;
}

export interface InfluxDb {
  readonly url: string;
  readonly port: number;
  readonly org: string;
  readonly bucket: string;
  /** May do everything. */
  readonly token: string;
  readonly pid: number;
}

interface Parts {
  readonly mosquitto: Mosquitto;
  readonly kafka: Kafka;
  readonly influxdb: InfluxDb;
}

/** A set of servers, ready for use. The ones that were not asked for are not in it. */
export type Native<S extends ServerName = ServerName> = Pick<Parts, S> & {
  readonly dir: string;
  /** Starts one that was killed, on the same port with the same data, and waits until it is ready. */
  start(server: S): Promise<void>;
  /** Stops one in order and starts it again. Also after a kill. */
  restart(server: S): Promise<void>;
  /**
   * Sends a signal, `SIGKILL` unless told. Resolves when the process is gone; for a signal that does not end it
   * (`SIGSTOP`, `SIGCONT`), at once.
   */
  kill(server: S, signal?: NodeJS.Signals): Promise<void>;
  /** Stops all of them and deletes the temporary folder. Safe to call twice. */
  stop(): Promise<void>;
};

/** Whether a server is installed here; if not, `infra/native/install.sh NAME` does it. */
export function nativeAvailable(server: ServerName | "chromium" | "telegraf"): boolean;

/**
 * Starts servers of one's own and resolves when all are ready. Should this process die without a call of `stop`, they
 * are stopped within seconds.
 */
export function startNative<S extends ServerName = ServerName>(
  options?: Omit<StartOptions, "servers"> & { servers?: readonly S[] },
): Promise<Native<S>>;

/**
 * A port of 127.0.0.1 that was free a moment ago, below the range that the kernel takes client ports from: what is
 * killed gets it back.
 */
export function freePort(): Promise<number>;

/** Stops what processes left behind that are gone, and returns the folders. `startNative` does this first. */
export function sweep(): Promise<string[]>;
