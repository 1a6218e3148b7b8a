import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAPTERS, askAdapters, createAnnouncements } from "@kota/adapters";
import { type EventLog, openEmbeddedLog, TOPICS } from "@kota/event-log";
import {
  type City,
  CitySettings,
  type Device,
  KotaError,
  type LedgerRecord,
  type Reading,
  type Rejection,
  type RejectionCode,
  type Score,
} from "@kota/model";
import { createLogger, createMetrics, type Metrics } from "@kota/runtime";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import { type Api, type ApiDependencies, createApi } from "./api.ts";
import type { AdapterEntry, Normalizing } from "./normalizing.ts";
import type { Problem } from "./problem.ts";

export const NOW = Date.parse("2026-11-24T12:00:00Z");
export const ADMIN_TOKEN = "an-admin-token-of-good-length";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** No broker is there. */
export const NOTIFY: ApiDependencies["notify"] = {
  folder: tmpdir(),
  broker: () => ({ url: "mqtt://127.0.0.1:1", username: null, password: null }),
};

/** Undone at the end of a test, the newest first. */
export type Cleanup = (undo: () => void | Promise<void>) => void;

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: T;
}

export interface TestApi {
  readonly api: Api;
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly metrics: Metrics;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of a body
  get<T = any>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  problem(path: string, headers?: Record<string, string>): Promise<Problem>;
  /** With the admin token, unless another is given. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of a body
  send<T = any>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
    authorization?: string | null,
  ): Promise<Answer<T>>;
}

/** An embedded log and a DuckDB store in a folder of their own. */
export async function openTestPorts(cleanup: Cleanup): Promise<{ log: EventLog; store: TimeSeriesStore }> {
  const dir = await mkdtemp(join(tmpdir(), "kota-api-"));
  cleanup(() => rm(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({ dir: join(dir, "log") });
  cleanup(() => log.close());
  await log.ensureTopics(TOPICS);
  const store = await openDuckDbStore({ dir: join(dir, "time-series") });
  cleanup(() => store.close());
  return { log, store };
}

/** The API over real HTTP, on the real embedded log and store, with the clock held at {@link NOW}. */
export async function startTestApi(
  cleanup: Cleanup,
  options: Partial<ApiDependencies> & { readonly before?: (ports: TestPorts) => Promise<void> } = {},
): Promise<TestApi> {
  const { before, ...given } = options;
  const ports =
    given.log && given.store ? { log: given.log, store: given.store } : await openTestPorts(cleanup);
  await before?.(ports);
  const metrics = createMetrics();
  const api = createApi({
    ...ports,
    city: CITY,
    config: { httpHost: "127.0.0.1", httpPort: 0, adminToken: [ADMIN_TOKEN], readToken: null },
    normalizing: NORMALIZING,
    clock: () => NOW,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics,
    version: "1.2.3",
    notify: {
      folder: tmpdir(),
      broker: () => ({ url: "mqtt://127.0.0.1:1", username: null, password: null }),
    },
    ...given,
  });
  cleanup(() => api.stop());
  await api.start();
  await until(async () => (await api.notReady()).length === 0);
  const ask = async (path: string, init: RequestInit) => {
    const response = await fetch(`${api.url}${path}`, init);
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  };
  const get: TestApi["get"] = (path, headers = {}) => ask(path, { headers });
  return {
    ...ports,
    api,
    metrics,
    get,
    send: (method, path, body, authorization = `Bearer ${ADMIN_TOKEN}`) =>
      ask(path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(authorization === null ? {} : { authorization }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async problem(path, headers) {
      const answer = await get<Problem>(path, headers);
      if (!answer.headers.get("content-type")?.startsWith("application/problem+json")) {
        throw new Error(`${path} answered ${answer.status} ${answer.text.slice(0, 200)}, not a problem`);
      }
      if (answer.body.status !== answer.status) throw new Error("the status is not that of the body");
      return answer.body;
    },
  };
}

type TestPorts = Awaited<ReturnType<typeof openTestPorts>>;

/** A port with some of its operations replaced. */
export function replacing<T extends object>(port: T, operations: Partial<T>): T {
  return new Proxy(port, {
    get(target, key) {
      const operation: unknown = Reflect.get(key in operations ? operations : target, key);
      return typeof operation === "function" ? operation.bind(target) : operation;
    },
  });
}

/** Waits until something holds, and fails when it does not within ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("it did not come to hold");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const square = (west: number): [number, number][][] => [
  [
    [west, 55.9],
    [west + 0.1, 55.9],
    [west + 0.1, 56],
    [west, 55.9],
  ],
];

const device = (id: string, kind: string, rest: Partial<Device> = {}): Device => ({
  id,
  name: `Name of ${id}`,
  kind,
  adapter: null,
  nativeId: null,
  area: null,
  lat: null,
  lon: null,
  origin: "live",
  attribution: null,
  ...rest,
});

export const CITY: City = {
  settings: CitySettings.parse({
    name: "Test City",
    timeZone: "Europe/London",
    attributions: [{ title: "Bins", publisher: "Council", licence: "OGL 3.0", note: "As recorded." }],
  }),
  areas: {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { id: "south", name: "South Side", population: 100 },
        geometry: { type: "Polygon", coordinates: square(-3.2) },
      },
      {
        type: "Feature",
        properties: { id: "leith", name: "Leith", population: 300 },
        geometry: { type: "MultiPolygon", coordinates: [square(-3.1)] },
      },
    ],
  },
  devices: [
    device("bin-2", "bin", {
      area: "leith",
      lat: 55.95,
      lon: -3.05,
      origin: "recorded",
      attribution: "Council, OGL 3.0",
      adapter: "the-things-stack",
    }),
    device("bin-1", "bin", { area: "south", origin: "recorded" }),
    device("air-1", "air", { area: "leith", origin: "simulated" }),
  ],
  scoreModel: "",
};

const adapter = (id: string, rest: Partial<AdapterEntry>): AdapterEntry => ({
  id,
  kind: "built-in",
  label: `${id}@1`,
  title: `Title of ${id}`,
  source: "kota",
  state: "active",
  error: null,
  note: null,
  adapter: rest.kind === "codec" ? null : { claims: { topics: [`${id}/+`] } },
  ...rest,
});

/** One adapter, `plain@1`: the payload is a number of the device that the topic ends in; a device has to be registered. */
export const NORMALIZING: Normalizing = {
  list: () => [
    adapter("plain", { source: "adapters/plain.yaml", kind: "mapping", note: "Raise its version." }),
    adapter("broken", {
      source: "adapters/broken.js",
      kind: "codec",
      state: "refused",
      label: null,
      error: "Line 3.",
    }),
    adapter("the-things-stack", {}),
  ],
  refresh: async () => {},
  announced: async () => createAnnouncements(),
  ask: (message, _, announcements) =>
    askAdapters(ADAPTERS, message, { timeZone: "UTC", ...(announcements ? { announcements } : {}) }),
  trial(devices) {
    const known = new Map<string, string>();
    for (const { id, nativeId } of devices) {
      const native = nativeId ?? id;
      if (known.has(native)) throw new KotaError("city_invalid", `'${id}' and another are both '${native}'.`);
      known.set(native, id);
    }
    return (message) => {
      const native = message.topic.slice(message.topic.lastIndexOf("/") + 1);
      const text = Buffer.from(message.payload).toString("utf8");
      const id = known.get(native);
      const code: RejectionCode | null =
        text === "announced"
          ? "not_announced"
          : Number.isNaN(Number(text))
            ? "not_a_number"
            : id
              ? null
              : "unknown_device";
      return code === null && id !== undefined
        ? { readings: [reading(id, message.receivedAt, { fill_level: Number(text) })], rejection: null }
        : {
            readings: null,
            rejection: rejection(`${message.topic}/${message.receivedAt}/${code}`, {
              code: code ?? "unknown_device",
              time: message.receivedAt,
              reason: `It is ${code}.`,
              adapter: "plain@1",
              device: native,
            }),
          };
    };
  },
};

export function reading(id: string, time: number, values: Record<string, number>): Reading {
  return { device: id, time, values, adapter: "test@1", receivedAt: time + 500 };
}

export function score(rest: Partial<Score> & Pick<Score, "area">): Score {
  return {
    dimension: null,
    aspect: null,
    indicator: null,
    title: "A title",
    score: 50,
    status: "ok",
    coverage: 1,
    at: NOW,
    value: null,
    unit: null,
    explanation: "Because.",
    parts: [],
    sources: [],
    devices: 2,
    readings: 20,
    model: { version: "1", hash: "abc" },
    ...rest,
  };
}

export function rejection(id: string, rest: Partial<Rejection> = {}): Rejection {
  const payload = Buffer.from("hello");
  return {
    id,
    time: NOW - MINUTE,
    stage: "normalize",
    code: "no_adapter",
    reason: "No adapter knows this.",
    topic: "foo/bar",
    source: "mqtt",
    payload: payload.toString("base64"),
    size: payload.length,
    adapter: null,
    device: null,
    ...rest,
  };
}

/** Ten readings of an hour ago, all of them stored. */
export function ledgerRecord(rest: Partial<LedgerRecord> = {}): LedgerRecord {
  return {
    device: "bin-2",
    hour: NOW - HOUR,
    readings: 10,
    distinct: 10,
    conflicts: 0,
    refused: 0,
    rejected: {},
    repeated: 0,
    stored: 10,
    pending: 0,
    extra: 0,
    checkedAt: NOW - 1000,
    partition: 0,
    offset: 10,
    rejectionsOffset: 3,
    ...rest,
  };
}
