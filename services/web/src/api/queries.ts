import { queryOptions } from "@tanstack/react-query";
import type {
  City,
  Device,
  DevicePage,
  ExplainedScore,
  Metric,
  RejectionPage,
  Score,
  ScoreHistory,
  Series,
  Status,
} from "../api-types.ts";
import { RANGES, type RangeId } from "../page/view.ts";
import { parseScoreKey } from "../score/score-key.ts";
import { fetchJson } from "./fetch-json.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const DEVICES_A_PAGE = 10_000;
const STATUS_EVERY_MS = 5000;

export const cityQuery = queryOptions({
  queryKey: ["city"],
  queryFn: ({ signal }) => fetchJson<City>("/v1/city", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const metricsQuery = queryOptions({
  queryKey: ["metrics"],
  queryFn: ({ signal }) => fetchJson<readonly Metric[]>("/v1/metrics", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every score of every level; the live stream keeps it current. */
export const scoresQuery = queryOptions({
  queryKey: ["scores"],
  queryFn: ({ signal }) => fetchJson<readonly Score[]>("/v1/scores", { level: "all" }, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every device with its latest values; the live stream keeps it current. */
export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: async ({ signal }) => {
    const devices: Device[] = [];
    let cursor: string | null = null;
    do {
      const page: DevicePage = await fetchJson(
        "/v1/devices",
        { limit: String(DEVICES_A_PAGE), cursor },
        signal,
      );
      devices.push(...page.devices);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return devices as readonly Device[];
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The parameters of the API for the score of a key. */
function parametersOf(key: string): Record<string, string | null> {
  return { ...parseScoreKey(key) };
}

export const explainQuery = (key: string) =>
  queryOptions({
    queryKey: ["explain", key],
    queryFn: ({ signal }) => fetchJson<ExplainedScore>("/v1/scores/explain", parametersOf(key), signal),
    staleTime: MINUTE,
  });

/** A day of a score, in steps of ten minutes. */
export const historyQuery = (key: string) =>
  queryOptions({
    queryKey: ["history", key],
    queryFn: ({ signal }) => {
      const from = new Date(Math.floor((Date.now() - DAY) / MINUTE) * MINUTE).toISOString();
      return fetchJson<ScoreHistory>(
        "/v1/scores/history",
        { ...parametersOf(key), from, step: "10m" },
        signal,
      );
    },
    staleTime: 5 * MINUTE,
    refetchInterval: 5 * MINUTE,
  });

/** The parameters of the API for a series; the step is left to the API, which keeps it under 1,000 points. */
export function seriesParameters(device: string, metric: string, range: RangeId, now: number) {
  const ms = RANGES.find(({ id }) => id === range)?.ms ?? DAY;
  return { device, metric, from: new Date(now - ms).toISOString() };
}

export const seriesQuery = (device: string, metric: string, range: RangeId) =>
  queryOptions({
    queryKey: ["series", device, metric, range],
    queryFn: ({ signal }) =>
      fetchJson<Series>("/v1/series", seriesParameters(device, metric, range, Date.now()), signal),
    staleTime: MINUTE,
    // The stream extends the series; what came late is only in the store.
    refetchInterval: 5 * MINUTE,
  });

export const rejectionsQuery = queryOptions({
  queryKey: ["rejections"],
  queryFn: ({ signal }) => fetchJson<RejectionPage>("/v1/rejections", { limit: "8" }, signal),
  staleTime: MINUTE,
});

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => fetchJson<Status>("/v1/status", {}, signal),
  refetchInterval: STATUS_EVERY_MS,
  retry: false,
});
