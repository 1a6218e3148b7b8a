import { type ChartSearch, parseChartSearch } from "../chart/chart-search.ts";
import { seriesRefs, writeSeriesRef } from "../chart/series-ref.ts";
import { searchOfWindow, type WindowSearch, windowOf } from "../chart/time-window.ts";
import { chosen, textIn, textsIn } from "./plain-search.ts";

type Search = Readonly<Record<string, unknown>>;

/** What every page has: the area that it is about, and the score that is opened. */
export interface RootSearch {
  /** Left out: the whole city. */
  readonly area?: string;
  /** The key of the score that is explained, `area/dimension/aspect/indicator`. */
  readonly why?: string;
  /** The moment of the past that is shown, RFC 3339; left out: now. */
  readonly at?: string;
}

export function parseRootSearch(search: Search): RootSearch {
  return chosen({ area: textIn(search, "area"), why: textIn(search, "why"), at: textIn(search, "at") });
}

export interface NowSearch {
  /** The dimension (or `dimension/aspect`) that colours the map; left out: the overall score. */
  readonly colour?: string;
  /** The column the table of areas is sorted by, with a leading `-` for best first; left out: by name. */
  readonly sort?: string;
  /** The device that is chosen on the map. */
  readonly device?: string;
}

export function parseNowSearch(search: Search): NowSearch {
  return chosen({
    colour: textIn(search, "colour"),
    sort: textIn(search, "sort"),
    device: textIn(search, "device"),
  });
}

export interface OverTimeSearch extends ChartSearch {
  /** The series, each `metric@device` or `score@key`. */
  readonly s?: readonly string[];
}

export function parseOverTimeSearch(search: Search): OverTimeSearch {
  const refs = seriesRefs(textsIn(search, "s"));
  return { ...parseChartSearch(search), ...(refs.length === 0 ? {} : { s: refs.map(writeSeriesRef) }) };
}

export interface DevicesSearch {
  /** What is sought in name, id and kind. */
  readonly q?: string;
  readonly kind?: string;
  readonly origin?: string;
  readonly health?: string;
  /** The column, with a leading `-` for the other way round; left out: by name. */
  readonly sort?: string;
}

export function parseDevicesSearch(search: Search): DevicesSearch {
  return chosen({
    q: textIn(search, "q"),
    kind: textIn(search, "kind"),
    origin: textIn(search, "origin"),
    health: textIn(search, "health"),
    sort: textIn(search, "sort"),
  });
}

export interface RejectionsSearch extends WindowSearch {
  readonly code?: string;
  readonly device?: string;
  readonly adapter?: string;
  readonly topic?: string;
}

/** Without a range it is about any time: `range=24h` stands in the URL, unlike that of a chart. */
export function parseRejectionsSearch(search: Search): RejectionsSearch {
  const asked = {
    range: textIn(search, "range"),
    from: textIn(search, "from"),
    to: textIn(search, "to"),
  };
  const window = windowOf(asked);
  const any = asked.range === undefined && window.kind === "rolling";
  return chosen({
    code: textIn(search, "code"),
    device: textIn(search, "device"),
    adapter: textIn(search, "adapter"),
    topic: textIn(search, "topic"),
    ...(any ? {} : window.kind === "rolling" ? { range: window.range } : searchOfWindow(window)),
  });
}

export interface LedgerSearch extends WindowSearch {
  readonly device?: string;
  /** `true`: only lines in which something is missing. */
  readonly differences?: string;
}

/** Without a range it is about the last 24 hours. */
export function parseLedgerSearch(search: Search): LedgerSearch {
  const asked = { range: textIn(search, "range"), from: textIn(search, "from"), to: textIn(search, "to") };
  return chosen({
    device: textIn(search, "device"),
    differences: textIn(search, "differences") === "true" ? "true" : undefined,
    ...searchOfWindow(windowOf(asked)),
  });
}

export interface PlaygroundSearch {
  /** `codec`; left out: a message. */
  readonly try?: string | undefined;
  readonly topic?: string | undefined;
  readonly payload?: string | undefined;
  /** `hex` or `base64`; left out: text. */
  readonly encoding?: string | undefined;
  /** When the message came, RFC 3339; left out: now. */
  readonly received?: string | undefined;
  /** A rejection whose message is tried, `time/id`. */
  readonly rejection?: string | undefined;
  /** The codec that comes with kota. */
  readonly codec?: string | undefined;
  /** A codec of one's own, packed. */
  readonly code?: string | undefined;
  /** The uplinks, packed. */
  readonly uplinks?: string | undefined;
}

export function parsePlaygroundSearch(search: Search): PlaygroundSearch {
  return chosen({
    try: textIn(search, "try") === "codec" ? "codec" : undefined,
    topic: textIn(search, "topic"),
    payload: textIn(search, "payload"),
    encoding: textIn(search, "encoding"),
    received: textIn(search, "received"),
    rejection: textIn(search, "rejection"),
    codec: textIn(search, "codec"),
    code: textIn(search, "code"),
    uplinks: textIn(search, "uplinks"),
  });
}

export const WORK_SHOWS = ["all", "open", "mine", "snoozed", "closed"] as const;

export interface WorkSearch {
  /** Which items; left out: all that are not closed. */
  readonly show?: (typeof WORK_SHOWS)[number];
}

export function parseWorkSearch(search: Search): WorkSearch {
  const show = WORK_SHOWS.find((one) => one === textIn(search, "show"));
  return show === undefined || show === "all" ? {} : { show };
}

const WALL_SECONDS = { usual: 15, least: 5, most: 300 };

export interface WallSearch {
  /** Seconds for each picture. */
  readonly every?: string;
}

export function parseWallSearch(search: Search): WallSearch {
  const seconds = wallSeconds({ every: textIn(search, "every") });
  return seconds === WALL_SECONDS.usual ? {} : { every: String(seconds) };
}

/** Seconds for each picture of the wall: 5 to 300, 15 unless asked otherwise. */
export function wallSeconds({ every }: { readonly every?: string | undefined }): number {
  const seconds = Math.round(Number(every));
  if (every === undefined || Number.isNaN(seconds)) return WALL_SECONDS.usual;
  return Math.min(WALL_SECONDS.most, Math.max(WALL_SECONDS.least, seconds));
}
