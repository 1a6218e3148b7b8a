import type { InfluxDb } from "../../../infra/native/servers.mjs";

async function call(influx: InfluxDb, path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${influx.url}${path}`, {
    ...init,
    headers: { authorization: `Token ${influx.token}`, ...init.headers },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`InfluxDB answered ${path} with ${response.status}: ${text}`);
  return text;
}

export async function createBucket(influx: InfluxDb, name: string): Promise<void> {
  const { orgs } = JSON.parse(await call(influx, `/api/v2/orgs?org=${influx.org}`)) as {
    orgs: { id: string }[];
  };
  await call(influx, "/api/v2/buckets", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ orgID: orgs[0]?.id, name, retentionRules: [] }),
  });
}

/** How many readings there are with an event time in the range: what a person would ask, whatever a pipeline says it has written. */
export async function countReadings(
  influx: InfluxDb,
  place: { readonly bucket: string; readonly field: string },
  range: { readonly from: number; readonly to: number },
): Promise<number> {
  const time = (at: number) => new Date(at).toISOString();
  const csv = await call(influx, `/api/v2/query?org=${influx.org}`, {
    method: "POST",
    headers: { "content-type": "application/vnd.flux", accept: "application/csv" },
    body: `from(bucket: "${place.bucket}") |> range(start: ${time(range.from)}, stop: ${time(range.to)})
      |> filter(fn: (r) => r._measurement == "readings" and r._field == "${place.field}")
      |> count() |> group() |> sum()`,
  });
  const [header = "", row = ""] = csv.trim().split(/\r?\n/);
  return Number(row.split(",")[header.split(",").indexOf("_value")] ?? 0);
}
