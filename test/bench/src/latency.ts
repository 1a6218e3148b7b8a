import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { PROBE_AREA, READING_PROBE, SCORE_PROBE, TOPIC_PREFIX } from "./bench-city.ts";
import type { EmbeddedKota } from "./kota.ts";

/** Milliseconds from publish until … */
export interface LatencySamples {
  /** … the PUBACK: it is durable. */
  readonly acknowledged: number[];
  /** … `/v1/devices/{id}/latest` has the value. */
  readonly latest: number[];
  /** … `/v1/readings/count` counts it: it is in the time series. */
  readonly counted: number[];
  /** … the live stream has the score that it changes. */
  readonly score: number[];
}

/** Also the resolution of what is polled for. */
const POLL_MS = 5;
const SEEN_TIMEOUT_MS = 30_000;
/** Longer than any pause between two rounds of scoring, so that probes fall anywhere in it. */
const SCORE_PAUSE_MS = 300;

/** Sends readings of its own beside the load until the load has ended, and sees when each appears. */
export async function measureLatency(kota: EmbeddedKota, load: Promise<unknown>): Promise<LatencySamples> {
  const samples: LatencySamples = { acknowledged: [], latest: [], counted: [], score: [] };
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${kota.mqttPort}`);
  const streams = new AbortController();
  let loading = true;
  const ended = load.finally(() => {
    loading = false;
  });
  try {
    const scores = await followScores(kota, streams.signal);
    await Promise.all([
      ended,
      probeReadings(kota, mqtt, samples, () => loading),
      probeScores(mqtt, scores, samples, () => loading),
    ]);
  } finally {
    streams.abort();
    await mqtt.endAsync();
  }
  return samples;
}

async function probeReadings(
  kota: EmbeddedKota,
  mqtt: MqttClient,
  samples: LatencySamples,
  loading: () => boolean,
): Promise<void> {
  for (let n = 0; loading(); n++) {
    const time = Date.now();
    const value = n % 80;
    const begun = performance.now();
    const since = () => performance.now() - begun;
    const publishing = publish(mqtt, READING_PROBE, time, { temperature: value }).then(() => {
      samples.acknowledged.push(since());
    });
    await Promise.all([
      publishing,
      eventually(async () => {
        const { values } = await get<{ values: Record<string, { value: number }> }>(
          kota,
          `/v1/devices/${READING_PROBE}/latest`,
        ).catch(() => ({ values: {} as Record<string, { value: number }> }));
        return values.temperature?.value === value;
      }).then(() => samples.latest.push(since())),
      eventually(async () => {
        const query = `device=${READING_PROBE}&from=${time}&to=${time + 1}`;
        return (await get<{ count: number }>(kota, `/v1/readings/count?${query}`)).count === 1;
      }).then(() => samples.counted.push(since())),
    ]);
  }
}

/** A bin that is empty and full in turn: the share of full bins of its area is 0 % and 100 % in turn. */
async function probeScores(
  mqtt: MqttClient,
  scores: ScoreFollower,
  samples: LatencySamples,
  loading: () => boolean,
): Promise<void> {
  for (let n = 0; loading(); n++) {
    const full = n % 2 === 0;
    const begun = performance.now();
    const seen = scores.until(full ? 100 : 0);
    await publish(mqtt, SCORE_PROBE, Date.now(), { fill_level: full ? 100 : 0 });
    await seen;
    samples.score.push(performance.now() - begun);
    await sleep(Math.random() * SCORE_PAUSE_MS);
  }
}

async function publish(
  mqtt: MqttClient,
  device: string,
  time: number,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  await mqtt.publishAsync(TOPIC_PREFIX + device, JSON.stringify({ device, time, values }), { qos: 1 });
}

interface ScoreFollower {
  /** Resolves when the probe's indicator comes with this value. */
  until(value: number): Promise<void>;
}

async function followScores(kota: EmbeddedKota, signal: AbortSignal): Promise<ScoreFollower> {
  const response = await fetch(`${kota.apiUrl}/v1/stream?events=score`, { signal });
  if (!response.body) throw new Error("the live stream has no body");
  let waiting: { readonly value: number; readonly seen: () => void } | undefined;
  const read = async (body: ReadableStream<Uint8Array>) => {
    let text = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split("\n\n");
      text = frames.pop() ?? "";
      for (const frame of frames) {
        const data = /^event: score\ndata: (.*)$/m.exec(frame)?.[1];
        if (data === undefined) continue;
        const { area, metricValue } = scoreOf(data);
        if (area === PROBE_AREA && waiting?.value === metricValue) waiting.seen();
      }
    }
  };
  read(response.body).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    until: (value) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no score with the value ${value} within ${SEEN_TIMEOUT_MS / 1000} s`)),
          SEEN_TIMEOUT_MS,
        );
        waiting = {
          value,
          seen: () => {
            clearTimeout(timer);
            resolve();
          },
        };
      }),
  };
}

function scoreOf(data: string): { area: string; metricValue: number | null } {
  const { area, indicator, value } = JSON.parse(data) as {
    area: string;
    indicator: string | null;
    value: number | null;
  };
  return { area, metricValue: indicator === "bins_full" ? value : null };
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + SEEN_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (await isSo()) return;
  }
  throw new Error(`a probe was not seen within ${SEEN_TIMEOUT_MS / 1000} s`);
}

async function get<T>(kota: EmbeddedKota, path: string): Promise<T> {
  const response = await fetch(kota.apiUrl + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
