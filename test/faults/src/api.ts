import { keyOfPayload, METRIC, TOPIC_PREFIX } from "./plan.ts";
import type { StoredReading, TimeRange } from "./system.ts";

const TIMEOUT_MS = 30_000;

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

interface Series {
  readonly points: readonly { readonly time: string; readonly last: number }[];
  readonly next: string | null;
}

/** The readings of one device, as the API has them. A device that it does not know has none. */
export async function seriesOf(
  api: string,
  device: string,
  { from, to }: TimeRange,
): Promise<StoredReading[]> {
  const readings: StoredReading[] = [];
  for (let start: string | null = String(from); start !== null; ) {
    const query = new URLSearchParams({ device, metric: METRIC, from: start, to: String(to), step: "raw" });
    const response = await fetch(`${api}/v1/series?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 404) return readings;
    if (!response.ok) throw new Error(`the series of ${device}: ${response.status} ${await response.text()}`);
    const { points, next } = (await response.json()) as Series;
    for (const { time, last } of points) readings.push({ device, time: Date.parse(time), value: last });
    start = next;
  }
  return readings;
}

interface Rejections {
  readonly rejections: readonly { readonly topic: string; readonly payloadText: string }[];
  readonly nextCursor: string | null;
}

/** The key of every rejected message of these devices since a receive time. */
export async function rejectedKeys(
  api: string,
  devices: ReadonlySet<string>,
  since: number,
): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({
      from: String(since),
      limit: "500",
      ...(cursor === "" ? {} : { cursor }),
    });
    const page: Rejections = await getJson(`${api}/v1/rejections?${query}`);
    for (const { topic, payloadText } of page.rejections) {
      if (devices.has(topic.slice(TOPIC_PREFIX.length))) keys.push(keyOfPayload(payloadText));
    }
    cursor = page.nextCursor;
  }
  return keys;
}
