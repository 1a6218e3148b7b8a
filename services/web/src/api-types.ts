/**
 * What the page reads of kota's HTTP API. The shapes are those of the OpenAPI document at `/v1/openapi.json`
 * (`api/schema.ts` is made from it); times are RFC 3339 text, units UCUM codes.
 */
import type { components, paths } from "./api/schema.ts";

type Schemas = components["schemas"];

/** The body of a route's good answer. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

type AreaProperties = Schemas["City"]["areas"]["features"][number]["properties"];
type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon;
export type Area = GeoJSON.Feature<Shape, AreaProperties>;

/** `GET /v1/city`; the areas are GeoJSON as the map library takes it. */
export type City = Omit<Schemas["City"], "areas"> & {
  readonly areas: GeoJSON.FeatureCollection<Shape, AreaProperties>;
};
/** `GET /v1/scores/moves` */
export type Moves = Answer<"/v1/scores/moves">;
export type Move = Moves["moves"][number];
/** `GET /v1/scores/revisions` */
export type ScoreRevisions = Answer<"/v1/scores/revisions">;
/** `GET /v1/scores/receipt` */
export type Receipt = Answer<"/v1/scores/receipt">;
export type IndicatorReceipt = Extract<Receipt["receipt"], { readonly kind: "indicator" }>;
/** `GET /v1/city/ground` */
export type Ground = GeoJSON.FeatureCollection<
  GeoJSON.Geometry,
  Schemas["Ground"]["features"][number]["properties"]
>;
export type Metric = Schemas["Metric"];
/** The names of the metric catalogue. */
export type MetricName = paths["/v1/series"]["get"]["parameters"]["query"]["metric"];

/** One of `GET /v1/scores`, and the data of a `score` event */
export type Score = Schemas["Score"];
export type Dimension = NonNullable<Score["dimension"]>;
export type ScorePart = Schemas["ScorePart"];
export type ScoreSource = Schemas["ScoreSource"];
export type ExplainedScore = Schemas["ScoreExplanation"];
export type ScoreHistory = Schemas["ScoreHistory"];

export type Device = Schemas["Device"];
export type Origin = NonNullable<Device["origin"]>;
export type LatestValue = Device["latest"][string];
export type DevicePage = Answer<"/v1/devices">;

export type Series = Schemas["Series"];
export type AreaSeries = Schemas["AreaSeries"];
export type SeriesPoint = Series["points"][number];
export type ReadingCount = Answer<"/v1/readings/count">;

export type Rejection = Schemas["Rejection"];
export type RejectionCode = Rejection["code"];
export type RejectionPage = Answer<"/v1/rejections">;

/** The body of the good answer of a route that is posted to. */
type Posted<Path extends keyof paths> = paths[Path] extends {
  post: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type AdapterTrial = Schemas["AdapterTrial"];
export type CodecRun = Schemas["CodecRun"];
export type CodecSamples = Answer<"/v1/codecs/samples">;
export type NextMessages = Answer<"/v1/messages/next">;
export type ReplayReport = Posted<"/v1/rejections/replay">;
export type Adopted = Posted<"/v1/devices/unknown/{id}/adopt">;
export type UnknownDevices = Answer<"/v1/devices/unknown">;
export type Registration = Answer<"/v1/devices/{id}/registration">;
export type WorkItem = Schemas["WorkItem"];
/** `GET /v1/findings` */
export type FoundThen = Answer<"/v1/findings">;
export type WorkAct = WorkItem["acts"][number]["act"];
export type Alert = Schemas["Alert"];
export type AlertChange = Schemas["AlertChange"];
export type AlertsNow = Answer<"/v1/alerts">;
export type AlertChanges = Answer<"/v1/alerts/history">;
export type LedgerPage = Schemas["LedgerPage"];
export type LedgerLine = Schemas["LedgerLine"];
export type LedgerBalance = Schemas["LedgerBalance"];
export type MaintenanceWindows = Answer<"/v1/maintenance">;

export type Status = Schemas["Status"];
/** The body of an error, `application/problem+json`; a proxy in between may send less. */
export type Problem = Partial<Schemas["Problem"]>;

/** The data of a `reading` event. The stream is no part of the OpenAPI document's schemas. */
/** Where a device that may move is now. */
export interface PositionEvent {
  readonly device: string;
  readonly lat: number;
  readonly lon: number;
  readonly time: string;
}

export interface ReadingEvent {
  readonly device: string;
  readonly time: string;
  readonly values: Readonly<Record<string, number>>;
}
