import { infiniteQueryOptions, queryOptions, type UseQueryOptions } from "@tanstack/react-query";
import type {
  AlertChanges,
  AlertsNow,
  AreaSeries,
  City,
  CodecSamples,
  Device,
  DevicePage,
  ExplainedScore,
  FoundThen,
  Ground,
  LedgerPage,
  MaintenanceWindows,
  Metric,
  Moves,
  NextMessages,
  ReadingCount,
  Receipt,
  Registration,
  Rejection,
  RejectionPage,
  Score,
  ScoreHistory,
  ScoreRevisions,
  Series,
  Status,
  UnknownDevices,
  WorkItem,
} from "../api-types.ts";
import { spanOf, type TimeWindow } from "../chart/time-window.ts";
import { hoursOf } from "../ledger/hours.ts";
import { parseScoreKey } from "../score/score-key.ts";
import { fetchJson } from "./fetch-json.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
export const WEEK_MS = 7 * DAY;
const DEVICES_A_PAGE = 10_000;
const REJECTIONS_A_PAGE = 50;
const LEDGER_LINES_A_PAGE = 200;
/** The ledger hands on what it counted about so often. */
const LEDGER_EVERY_MS = 20_000;
const STATUS_EVERY_MS = 5000;

export const cityQuery = queryOptions({
  queryKey: ["city"],
  queryFn: ({ signal }) => fetchJson<City>("/v1/city", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Roads, water and the like, to be drawn on the map. */
export const groundQuery = queryOptions({
  queryKey: ["ground"],
  queryFn: ({ signal }) => fetchJson<Ground>("/v1/city/ground", {}, signal),
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
  queryFn: ({ signal }) => allScores(null, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every device with its latest values; the live stream keeps it current. */
export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => allDevices(null, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The first word of the keys of what is asked of a moment of the past. The live stream changes nothing of it. */
export const PAST = "past";

/**
 * What was shown of another moment stays until this one is there; but what is now never stands for the past, nor the past
 * for now.
 */
function ofMoment<T>(what: string, at: number, ask: (at: number, signal: AbortSignal) => Promise<T>) {
  return {
    queryKey: [PAST, what, String(at)] as readonly string[],
    queryFn: ({ signal }: { signal: AbortSignal }) => ask(at, signal),
    staleTime: MINUTE,
    placeholderData: (before: unknown, query: { readonly queryKey: readonly unknown[] } | undefined) =>
      query?.queryKey[0] === PAST && query.queryKey[1] === what ? (before as T | undefined) : undefined,
  };
}

/** Every score of every level, as it is now or was at a moment. */
export const scoresOf = (at: number | null): UseQueryOptions<readonly Score[], Error> =>
  at === null
    ? {
        queryKey: scoresQuery.queryKey,
        queryFn: ({ signal }) => allScores(null, signal),
        staleTime: Number.POSITIVE_INFINITY,
      }
    : ofMoment("scores", at, allScores);

/** Every device with its values, as they are now or were at a moment. */
export const devicesOf = (at: number | null): UseQueryOptions<readonly Device[], Error> =>
  at === null
    ? {
        queryKey: devicesQuery.queryKey,
        queryFn: ({ signal }) => allDevices(null, signal),
        staleTime: Number.POSITIVE_INFINITY,
      }
    : ofMoment("devices", at, allDevices);

function allScores(at: number | null, signal: AbortSignal): Promise<readonly Score[]> {
  return fetchJson<readonly Score[]>(
    "/v1/scores",
    { level: "all", at: at === null ? null : String(at) },
    signal,
  );
}

async function allDevices(at: number | null, signal: AbortSignal): Promise<readonly Device[]> {
  const devices: Device[] = [];
  let cursor: string | null = null;
  do {
    const page: DevicePage = await fetchJson(
      "/v1/devices",
      { limit: String(DEVICES_A_PAGE), cursor, at: at === null ? null : String(at) },
      signal,
    );
    devices.push(...page.devices);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return devices;
}

/** The parameters of the API for the score of a key. */
function parametersOf(key: string): Record<string, string | null> {
  return { ...parseScoreKey(key) };
}

/** A score with its parts, as it is now or was at a moment. */
export const explainQuery = (key: string, at: number | null) =>
  queryOptions({
    queryKey: at === null ? ["explain", key] : [PAST, "explain", key, String(at)],
    queryFn: ({ signal }) =>
      fetchJson<ExplainedScore>(
        "/v1/scores/explain",
        { ...parametersOf(key), at: at === null ? null : String(at) },
        signal,
      ),
    staleTime: MINUTE,
  });

/** What would raise the score of an area, or of one of its dimensions, most. */
export const movesQuery = (area: string, dimension: string | null) =>
  queryOptions({
    queryKey: ["moves", area, dimension],
    queryFn: ({ signal }) => fetchJson<Moves>("/v1/scores/moves", { area, dimension, limit: "10" }, signal),
    staleTime: MINUTE,
  });

/** The minutes of the day up to now, or to a moment, whose score was corrected. */
export const revisionsQuery = (key: string, at: number | null) =>
  queryOptions({
    queryKey: at === null ? ["revisions", key] : [PAST, "revisions", key, String(at)],
    queryFn: ({ signal }) =>
      fetchJson<ScoreRevisions>(
        "/v1/scores/revisions",
        {
          ...parametersOf(key),
          from: new Date((at ?? Date.now()) - DAY).toISOString(),
          to: at === null ? null : new Date(at).toISOString(),
          limit: "20",
        },
        signal,
      ),
    staleTime: MINUTE,
  });

/** A score opened down to its devices and what was left out, recomputed. */
export const receiptQuery = (key: string, at: number | null) =>
  queryOptions({
    queryKey: at === null ? ["receipt", key] : [PAST, "receipt", key, String(at)],
    queryFn: ({ signal }) =>
      fetchJson<Receipt>(
        "/v1/scores/receipt",
        { ...parametersOf(key), depth: "one", at: at === null ? null : String(at) },
        signal,
      ),
    staleTime: MINUTE,
  });

/** The day of a score up to now or to a moment, in steps of ten minutes. */
export const historyQuery = (key: string, at: number | null) =>
  queryOptions({
    queryKey: at === null ? ["history", key] : [PAST, "history", key, String(at)],
    queryFn: ({ signal }) => {
      const from = new Date(Math.floor(((at ?? Date.now()) - DAY) / MINUTE) * MINUTE).toISOString();
      return fetchJson<ScoreHistory>(
        "/v1/scores/history",
        { ...parametersOf(key), from, to: at === null ? null : String(at), step: "10m" },
        signal,
      );
    },
    staleTime: 5 * MINUTE,
    ...(at === null ? { refetchInterval: 5 * MINUTE } : {}),
  });

/** The range of a window in the API's words, moved back by some time. The end of what rolls is now. */
function rangeOf(window: TimeWindow, back: number): { from: string; to: string | null } {
  const { from, to } = spanOf(window, Date.now());
  const rolls = window.kind === "rolling" && back === 0;
  return {
    from: new Date(from - back).toISOString(),
    to: rolls ? null : new Date(to - back).toISOString(),
  };
}

const nameOf = (window: TimeWindow): string =>
  window.kind === "rolling" ? window.range : `${window.from} ${window.to}`;

/** What lies in the past may still grow late; what reaches up to now does so all the time. */
function freshness(window: TimeWindow, back: number) {
  const moves = window.kind === "rolling";
  return {
    staleTime: back > 0 ? 10 * MINUTE : MINUTE,
    ...(moves ? { refetchInterval: back > 0 ? 10 * MINUTE : 5 * MINUTE } : {}),
  };
}

/**
 * A series of a window, `back` before it when two weeks are compared. The step is left to the API, which keeps it under
 * 1,000 points. A rolling one is extended by the stream; what came late is only in the store.
 */
export const seriesQuery = (device: string, metric: string, window: TimeWindow, back = 0) =>
  queryOptions({
    queryKey: [
      window.kind === "rolling" && back === 0 ? "series" : "past-series",
      device,
      metric,
      nameOf(window),
      back,
    ],
    queryFn: ({ signal }) =>
      fetchJson<Series>("/v1/series", { device, metric, ...rangeOf(window, back) }, signal),
    ...freshness(window, back),
  });

/** A metric of an area's devices over a window, `back` before it; the step is left to the API. */
export const areaSeriesQuery = (area: string, metric: string, window: TimeWindow, back = 0) =>
  queryOptions({
    queryKey: ["area-series", area, metric, nameOf(window), back],
    queryFn: ({ signal }) =>
      fetchJson<AreaSeries>(
        `/v1/areas/${encodeURIComponent(area)}/series`,
        { metric, ...rangeOf(window, back) },
        signal,
      ),
    ...freshness(window, back),
    ...(window.kind === "rolling" && back === 0 ? { refetchInterval: MINUTE } : {}),
  });

/** A score over a window, `back` before it. */
export const scoreSeriesQuery = (key: string, window: TimeWindow, back = 0) =>
  queryOptions({
    queryKey: ["score-series", key, nameOf(window), back],
    queryFn: ({ signal }) =>
      fetchJson<ScoreHistory>(
        "/v1/scores/history",
        { ...parametersOf(key), ...rangeOf(window, back) },
        signal,
      ),
    ...freshness(window, back),
    ...(window.kind === "rolling" && back === 0 ? { refetchInterval: MINUTE } : {}),
  });

/** How many readings a device sent in the 24 hours up to a time. */
export const dayCountQuery = (device: string, until: string) =>
  queryOptions({
    queryKey: ["day-count", device, until],
    queryFn: async ({ signal }) => {
      const to = Date.parse(until) + 1;
      const range = { from: new Date(to - DAY).toISOString(), to: new Date(to).toISOString() };
      const { count } = await fetchJson<ReadingCount>("/v1/readings/count", { device, ...range }, signal);
      return count;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The newest rejections of all, or of one device. */
export const lastRejectionsQuery = (device: string | null) =>
  queryOptions({
    queryKey: ["rejections", "last", device],
    queryFn: ({ signal }) => fetchJson<RejectionPage>("/v1/rejections", { limit: "8", device }, signal),
    staleTime: MINUTE,
  });

/** A device as it is registered. Not found: it is not in the registry. */
export const registrationQuery = (id: string) =>
  queryOptions({
    queryKey: ["registration", id],
    queryFn: ({ signal }) =>
      fetchJson<Registration>(`/v1/devices/${encodeURIComponent(id)}/registration`, {}, signal),
    staleTime: 0,
    retry: false,
  });

/** Devices that send and are not registered. */
export const unknownDevicesQuery = queryOptions({
  queryKey: ["unknown-devices"],
  queryFn: ({ signal }) => fetchJson<UnknownDevices>("/v1/devices/unknown", {}, signal),
  staleTime: MINUTE,
});

/** One rejection, by `time/id`; null when it is not there any more. */
export const rejectionQuery = (place: string) =>
  queryOptions({
    queryKey: ["rejection", place],
    queryFn: async ({ signal }): Promise<Rejection | null> => {
      const [time = "", id] = place.split("/");
      const from = Date.parse(time);
      if (Number.isNaN(from)) return null;
      const range = { from: String(from), to: String(from + 1), limit: "500" };
      const { rejections } = await fetchJson<RejectionPage>("/v1/rejections", range, signal);
      return rejections.find((rejection) => rejection.id === id) ?? null;
    },
    staleTime: MINUTE,
  });

/** The next messages that come in, one of each topic. */
export const nextMessagesQuery = queryOptions({
  queryKey: ["messages", "next"],
  queryFn: async ({ signal }) =>
    (await fetchJson<NextMessages>("/v1/messages/next", { limit: "12" }, signal)).messages,
  staleTime: 0,
  retry: false,
});

/** The next message of one device; null: none came in the time that is waited. */
export const nextMessageOf = (device: string) =>
  queryOptions({
    queryKey: ["messages", "next", device],
    queryFn: async ({ signal }) =>
      (await fetchJson<NextMessages>("/v1/messages/next", { device, limit: "1" }, signal)).messages[0] ??
      null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const codecSamplesQuery = queryOptions({
  queryKey: ["codec-samples"],
  queryFn: ({ signal }) => fetchJson<CodecSamples>("/v1/codecs/samples", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Which rejections are asked for; null: any. */
export interface RejectionFilter {
  readonly code: string | null;
  readonly device: string | null;
  readonly adapter: string | null;
  readonly topic: string | null;
  /** Null: of any time. */
  readonly window: TimeWindow | null;
}

/** Rejections page by page, newest first. */
export const rejectionsQuery = ({ window, ...filter }: RejectionFilter) =>
  infiniteQueryOptions({
    queryKey: ["rejections", "list", filter, window === null ? null : nameOf(window)],
    queryFn: ({ signal, pageParam }) =>
      fetchJson<RejectionPage>(
        "/v1/rejections",
        {
          ...filter,
          ...(window === null ? {} : rangeOf(window, 0)),
          limit: String(REJECTIONS_A_PAGE),
          cursor: pageParam,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: MINUTE,
  });

/** Which lines of the ledger are asked for. */
export interface LedgerFilter {
  /** Null: of every device. */
  readonly device: string | null;
  readonly window: TimeWindow;
}

/** The filter in the API's words. */
export function ledgerParameters({ device, window }: LedgerFilter, now: number) {
  const { from, to } = hoursOf(window, now);
  return { device, from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString() };
}

/** The lines of the ledger page by page, the newest hour first. */
export const ledgerQuery = (filter: LedgerFilter, onlyDifferences: boolean) =>
  infiniteQueryOptions({
    queryKey: ["ledger", "lines", filter.device, nameOf(filter.window), onlyDifferences],
    queryFn: ({ signal, pageParam }) =>
      fetchJson<LedgerPage>(
        "/v1/ledger",
        {
          ...ledgerParameters(filter, Date.now()),
          differences: String(onlyDifferences),
          limit: String(LEDGER_LINES_A_PAGE),
          cursor: pageParam,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LEDGER_EVERY_MS,
  });

/** What the ledger says of all lines of a filter together. */
export const ledgerTotalQuery = (filter: LedgerFilter) =>
  queryOptions({
    queryKey: ["ledger", "total", filter.device, nameOf(filter.window)],
    queryFn: ({ signal }) =>
      fetchJson<LedgerPage>("/v1/ledger", { ...ledgerParameters(filter, Date.now()), limit: "1" }, signal),
    refetchInterval: LEDGER_EVERY_MS,
  });

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => fetchJson<Status>("/v1/status", {}, signal),
  refetchInterval: STATUS_EVERY_MS,
  retry: false,
});

/** Every item of the work list that is not closed, what to look at first before the rest; the live stream keeps it current. */
export const workQuery = queryOptions({
  queryKey: ["work", "open"],
  queryFn: async ({ signal }) => {
    const { items } = await fetchJson<{ readonly items: readonly WorkItem[] }>(
      "/v1/work",
      { limit: "10000" },
      signal,
    );
    return items;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The items that were closed last. */
export const closedWorkQuery = queryOptions({
  queryKey: ["work", "closed"],
  queryFn: async ({ signal }) => {
    const { items } = await fetchJson<{ readonly items: readonly WorkItem[] }>(
      "/v1/work",
      { status: "closed", limit: "200" },
      signal,
    );
    return items;
  },
});

/** The items of the work list as they were at a moment: who looked after them by then. */
export const pastWorkQuery = (at: number): UseQueryOptions<readonly WorkItem[], Error> =>
  ofMoment("work", at, async (moment, signal): Promise<readonly WorkItem[]> => {
    const { items } = await fetchJson<{ readonly items: readonly WorkItem[] }>(
      "/v1/work",
      { limit: "10000", status: "open,acknowledged,snoozed,closed", at: String(moment) },
      signal,
    );
    return items;
  });

/** What stood out at a moment in an area, or in the whole city, found again in the stored readings. */
export const pastFindingsQuery = (at: number, area: string | null): UseQueryOptions<FoundThen, Error> =>
  ofMoment(`findings of ${area ?? "all"}`, at, (moment, signal) =>
    fetchJson<FoundThen>("/v1/findings", { at: String(moment), area }, signal),
  );

/** The alerts as they are now, or were at a moment. */
export const alertsOf = (at: number | null): UseQueryOptions<AlertsNow, Error> =>
  at === null
    ? {
        queryKey: ["alerts", "now"],
        queryFn: ({ signal }) => fetchJson<AlertsNow>("/v1/alerts", {}, signal),
        refetchInterval: MINUTE,
      }
    : ofMoment("alerts", at, (moment, signal) =>
        fetchJson<AlertsNow>("/v1/alerts", { at: String(moment) }, signal),
      );

/** The newest changes of alerts, up to now or to a moment. */
export const alertHistoryOf = (at: number | null) =>
  queryOptions({
    queryKey: at === null ? ["alerts", "history"] : [PAST, "alert-history", String(at)],
    queryFn: ({ signal }) =>
      fetchJson<AlertChanges>(
        "/v1/alerts/history",
        { limit: "200", to: at === null ? null : String(at + 1) },
        signal,
      ),
  });

export const maintenanceQuery = queryOptions({
  queryKey: ["alerts", "maintenance"],
  queryFn: ({ signal }) => fetchJson<MaintenanceWindows>("/v1/maintenance", {}, signal),
  refetchInterval: MINUTE,
});
