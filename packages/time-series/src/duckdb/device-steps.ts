import type { DeviceStep, DeviceStepsQuery } from "../port.ts";
import type { Row } from "./database.ts";
import type { Identities } from "./identities.ts";
import { startOfStep, Where } from "./where.ts";

/** The table is in the order of time: what is asked of many devices in one query is read once for all of them. */
export async function stepsOfDevices(
  read: (sql: string, where: Where) => Promise<readonly Row[]>,
  identities: Identities,
  query: DeviceStepsQuery,
): Promise<readonly DeviceStep[]> {
  const names = new Map<number, string>();
  for (const device of query.devices) {
    const series = identities.findSeries(device, query.metric);
    if (series !== undefined) names.set(series, device);
  }
  if (names.size === 0) return [];
  const where = new Where()
    .among("series", [...names.keys()])
    .range("time", query)
    .value("step", query.stepMs);
  const rows = await read(
    `SELECT series, ${startOfStep("time")} AS start, count(*), avg(value), min(value), max(value)
     FROM measurements ${where.sql} GROUP BY series, start`,
    where,
  );
  return rows.map(([id, time, count, mean, min, max]) => ({
    device: names.get(Number(id)) ?? "",
    time: Number(time),
    count: Number(count),
    mean: Number(mean),
    min: Number(min),
    max: Number(max),
  }));
}
