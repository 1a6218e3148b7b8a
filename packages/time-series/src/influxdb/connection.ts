import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  chunksToLinesIterable,
  InfluxDB,
  linesToRowsIterable,
  type ParameterizedQuery,
  type Transport,
} from "@influxdata/influxdb-client";
import { KotaError, messageOf } from "@kota/model";
import { type Place, shortened } from "./failure.ts";

/** Smaller bodies are not worth a compression. Bytes. */
const GZIP_ABOVE = 2048;
/** Of the client's 6, for lines: a third of the time, and a fifth more bytes. */
const GZIP_LEVEL = 2;
const compress = promisify(gzip);

export interface ConnectionOptions extends Place {
  readonly token: string;
  /** A request without a whole answer after this long has failed. */
  readonly timeoutMs: number;
}

/** A row of an answer: the text of a column, or undefined where the row has none. */
export type Column = (name: string) => string | undefined;

/**
 * The requests kota makes, through the client's transport. Its own write API is not used: that keeps points in memory
 * after the caller was told that all is well, and drops the oldest when there are many.
 */
export class Connection {
  readonly #transport: Transport;
  readonly #agent: HttpAgent;
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    const agentOptions = { keepAlive: true, maxSockets: 16 };
    this.#options = options;
    this.#agent = options.url.startsWith("https:")
      ? new HttpsAgent(agentOptions)
      : new HttpAgent(agentOptions);
    this.#transport = new InfluxDB({
      url: options.url,
      token: options.token,
      // The client's own time limit leaves the request open; the signal of a request ends it.
      timeout: 0,
      transportOptions: { agent: this.#agent },
    }).transport;
  }

  /** Resolves when InfluxDB has stored all of the lines. */
  async write(lines: string, precision: "ms" | "ns"): Promise<void> {
    const { org, bucket, timeoutMs } = this.#options;
    const query = new URLSearchParams({ org, bucket, precision });
    const text = Buffer.from(lines);
    const isCompressed = text.length > GZIP_ABOVE;
    const body = isCompressed ? await compress(text, { level: GZIP_LEVEL }) : text;
    let status: number | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#transport.send(
        `/api/v2/write?${query}`,
        // The client's transport takes bytes as they are; its types only name texts.
        body as unknown as string,
        {
          method: "POST",
          headers: {
            "content-type": "text/plain; charset=utf-8",
            ...(isCompressed ? { "content-encoding": "gzip" } : {}),
          },
          signal: AbortSignal.timeout(timeoutMs),
        },
        {
          responseStarted: (_, code) => {
            status = code;
          },
          next: () => {},
          error: reject,
          complete: resolve,
        },
      );
    });
    if (status !== 204) {
      throw new KotaError(
        "store_refused",
        `${this.#options.url} answered a write with ${status} instead of 204. See that the address is that of InfluxDB 2.`,
      );
    }
  }

  /** All rows of all tables of an answer. */
  async query<T>(query: ParameterizedQuery, row: (column: Column) => T): Promise<T[]> {
    const chunks = this.#transport.iterate(
      `/api/v2/query?${new URLSearchParams({ org: this.#options.org })}`,
      JSON.stringify({
        query: query.toString(),
        type: "flux",
        dialect: { header: true, delimiter: ",", annotations: ["datatype", "group", "default"] },
      }),
      {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/csv" },
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      },
    );
    const rows: T[] = [];
    for await (const { values, tableMeta } of linesToRowsIterable(chunksToLinesIterable(chunks))) {
      const column: Column = (name) => {
        const found = tableMeta.column(name, false);
        const text = values[found.index];
        return text === "" ? found.defaultValue || undefined : text;
      };
      // A query that fails on its way says so in a table, after a status of success.
      const failure = column("error");
      if (failure !== undefined)
        throw new KotaError("store_unavailable", `A query failed: ${shortened(failure)}`);
      rows.push(row(column));
    }
    return rows;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** @throws KotaError `config_invalid` for what is no address of a server. */
export function parsedUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    throw new KotaError(
      "config_invalid",
      `The address of InfluxDB is no URL: ${messageOf(error)}. Use one such as http://localhost:8086`,
    );
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw new KotaError(
      "config_invalid",
      `The address of InfluxDB begins with ${parsed.protocol} Use http: or https:, such as http://localhost:8086`,
    );
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}
