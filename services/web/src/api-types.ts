/**
 * The answers of kota's HTTP API, as far as the page reads them. Times are RFC 3339 text, units UCUM codes.
 * The contract is the OpenAPI document at `/v1/openapi.json`.
 */

export type Origin = "live" | "recorded" | "simulated";

interface AreaProperties {
  readonly id: string;
  readonly name: string;
  readonly population: number;
}
type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon;
export type Area = GeoJSON.Feature<Shape, AreaProperties>;

interface Attribution {
  readonly title: string;
  readonly publisher: string;
  readonly licence: string;
  readonly note: string;
}

/** `GET /v1/city` */
export interface City {
  readonly name: string;
  readonly description: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly version: string;
  readonly areas: GeoJSON.FeatureCollection<Shape, AreaProperties>;
  readonly dimensions: readonly string[];
  readonly attributions: readonly Attribution[];
  readonly devices: Readonly<Record<Origin, number>>;
}

/** One of `GET /v1/metrics` */
export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: "gauge" | "counter";
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
}

/** One of `GET /v1/scores`, and the data of a `score` event */
export interface Score {
  readonly area: string;
  readonly dimension: string | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
  readonly title: string;
  readonly score: number | null;
  readonly status: "ok" | "provisional" | "no_data";
  readonly coverage: number;
  readonly at: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  readonly explanation: string;
  readonly devices: number;
  readonly readings: number;
}

export interface ScorePart {
  readonly id: string;
  readonly title: string;
  readonly score: number | null;
  readonly weight: number;
  readonly share: number;
  readonly coverage: number;
  readonly contribution: number | null;
  readonly detail: ExplainedScore | null;
}

export interface ScoreSource {
  readonly device: string;
  readonly name: string | null;
  readonly origin: Origin | null;
  readonly attribution: string | null;
  readonly metric: string;
  readonly unit: string | null;
  readonly value: number;
  readonly readings: number;
  readonly lastTime: string;
}

/** `GET /v1/scores/explain` */
export interface ExplainedScore extends Score {
  readonly model: { readonly version: string; readonly hash: string };
  readonly parts: readonly ScorePart[];
  readonly sources: readonly ScoreSource[];
}

/** `GET /v1/scores/history` */
export interface ScoreHistory {
  readonly points: readonly { readonly time: string; readonly score: number | null }[];
}

export interface LatestValue {
  readonly value: number;
  readonly unit: string | null;
  readonly time: string;
}

/** One of `GET /v1/devices` */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly registered: boolean;
  readonly area: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly origin: Origin | null;
  readonly attribution: string | null;
  readonly adapter: string | null;
  readonly lastSeen: string | null;
  readonly latest: Readonly<Record<string, LatestValue>>;
}

export interface DevicePage {
  readonly devices: readonly Device[];
  readonly nextCursor: string | null;
}

export interface SeriesPoint {
  /** Start of the step. */
  readonly time: string;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** `GET /v1/series` */
export interface Series {
  readonly device: string;
  readonly metric: string;
  readonly unit: string | null;
  readonly from: string;
  readonly to: string;
  /** `raw`, or a number with `s`, `m`, `h` or `d`. */
  readonly step: string;
  readonly points: readonly SeriesPoint[];
}

/** One of `GET /v1/rejections` */
export interface Rejection {
  readonly id: string;
  readonly time: string;
  readonly stage: string;
  readonly code: string;
  readonly reason: string;
  readonly topic: string;
  readonly source: string;
  readonly adapter: string | null;
  readonly device: string | null;
  readonly size: number;
  readonly payloadBase64: string;
  readonly payloadText: string | null;
}

export interface RejectionPage {
  readonly rejections: readonly Rejection[];
  readonly counts: Readonly<Record<string, number>>;
}

/** `GET /v1/status` */
export interface Status {
  readonly time: string;
  readonly startedAt: string;
  readonly version: string;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly newestReading: {
    readonly device: string;
    readonly time: string;
    readonly receivedAt: string;
  } | null;
  readonly readingsPerMinute: number | null;
  readonly totals: Readonly<
    Record<"received" | "readings" | "stored" | "rejected" | "scores", number | null>
  >;
  readonly lag: readonly {
    readonly topic: string;
    readonly group: string;
    readonly lag: number;
  }[];
}

/** The data of a `reading` event */
export interface ReadingEvent {
  readonly device: string;
  readonly time: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The body of an error, `application/problem+json` */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
}
