/** What the end-to-end tests ask the API. */
export interface ApiClient {
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  ready(): Promise<boolean>;
  count(device?: string): Promise<number>;
  latest(device: string): Promise<Record<string, number>>;
  scores(query?: string): Promise<ScoreRow[]>;
  rejections(query: string): Promise<RejectionRow[]>;
}

interface ScoreRow {
  area: string;
  dimension: string | null;
  aspect: string | null;
  indicator: string | null;
  score: number | null;
  status: string;
  coverage: number;
  at: string | null;
  value: number | null;
}

interface RejectionRow {
  code: string;
  reason: string;
  topic: string;
  size: number;
}

export function apiClient(url: string): ApiClient {
  async function get<T>(path: string): Promise<T> {
    const response = await fetch(url + path, { headers: { accept: "application/json" } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  return {
    get,
    ready: async () => (await fetch(`${url}/readyz`)).ok,
    count: async (device) =>
      (await get<{ count: number }>(`/v1/readings/count${device ? `?device=${device}` : ""}`)).count,
    latest: async (device) => {
      const { values } = await get<{ values: Record<string, { value: number }> }>(
        `/v1/devices/${device}/latest`,
      );
      return Object.fromEntries(Object.entries(values).map(([metric, { value }]) => [metric, value]));
    },
    scores: (query = "") => get<ScoreRow[]>(`/v1/scores${query}`),
    rejections: async (query) =>
      (await get<{ rejections: RejectionRow[] }>(`/v1/rejections${query}`)).rejections,
  };
}
