import type { InfluxDb } from "../../../infra/native/servers.mjs";
import { METRIC } from "./plan.ts";
import type { StoredReading, TimeRange } from "./system.ts";

/** Asks InfluxDB itself: whatever kota thinks it has stored is no evidence. */
export async function readingsByFlux(
  influx: InfluxDb,
  devices: readonly string[],
  { from, to }: TimeRange,
  then = "",
): Promise<StoredReading[]> {
  const prefix = (devices[0] ?? "").replace(/-\d+$/, "");
  const response = await fetch(`${influx.url}/api/v2/query?org=${influx.org}`, {
    method: "POST",
    headers: {
      authorization: `Token ${influx.token}`,
      "content-type": "application/vnd.flux",
      accept: "application/csv",
    },
    body: `from(bucket: "${influx.bucket}")
      |> range(start: ${new Date(from).toISOString()}, stop: ${new Date(to).toISOString()})
      |> filter(fn: (r) => r._measurement == "readings" and r._field == "${METRIC}" and r.device =~ /^${prefix}-[0-9]+$/)
      ${then} |> keep(columns: ["device", "_time", "_value"]) |> group()`,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`InfluxDB answered a query with ${response.status}: ${text}`);
  const [header = "", ...rows] = text.trim().split(/\r?\n/);
  const columns = header.split(",");
  const [time, value, device] = ["_time", "_value", "device"].map((name) => columns.indexOf(name));
  if (time === undefined || value === undefined || device === undefined || text.trim() === "") return [];
  return rows.map((row) => {
    const cells = row.split(",");
    return {
      device: cells[device] ?? "",
      time: Date.parse(cells[time] ?? ""),
      value: Number(cells[value]),
    };
  });
}
