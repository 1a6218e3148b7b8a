/** The ranges a chart can show, shortest first. */
export const RANGES = [
  { id: "1h", title: "1 h", ms: 3_600_000 },
  { id: "6h", title: "6 h", ms: 6 * 3_600_000 },
  { id: "24h", title: "24 h", ms: 24 * 3_600_000 },
  { id: "7d", title: "7 d", ms: 7 * 86_400_000 },
  { id: "30d", title: "30 d", ms: 30 * 86_400_000 },
] as const;
export type RangeId = (typeof RANGES)[number]["id"];

/** Everything the page can be asked to show. It lives in the query of the URL, so that every state is a link. */
export interface View {
  /** The chosen area; null: the whole city. */
  readonly area: string | null;
  /** The dimension (or `dimension/aspect`) that colours the map; null: the overall score. */
  readonly colour: string | null;
  readonly device: string | null;
  readonly metric: string | null;
  readonly range: RangeId;
  /** The key of the score that is explained, `area/dimension/aspect/indicator`; null: the panel is closed. */
  readonly why: string | null;
  /** The column the table of areas is sorted by, with a leading `-` for best first; null: by name. */
  readonly sort: string | null;
}

const TEXTS = ["area", "colour", "device", "metric", "why", "sort"] as const;
const DEFAULT_RANGE: RangeId = "24h";

/** Reads a view from the query of a URL; what is missing or not known takes its default. */
export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const text = (name: string): string | null => query.get(name) || null;
  return {
    area: text("area"),
    colour: text("colour"),
    device: text("device"),
    metric: text("metric"),
    range: RANGES.find(({ id }) => id === query.get("range"))?.id ?? DEFAULT_RANGE,
    why: text("why"),
    sort: text("sort"),
  };
}

/** The query of a view, with its `?`; defaults are left out, so that the plain page has a plain URL. */
export function searchOf(view: View): string {
  const query = new URLSearchParams();
  for (const name of TEXTS) {
    const value = view[name];
    if (value !== null) query.set(name, value);
  }
  if (view.range !== DEFAULT_RANGE) query.set("range", view.range);
  const text = query.toString().replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}
