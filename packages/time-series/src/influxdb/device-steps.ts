import { flux, type ParameterizedQuery } from "@influxdata/influxdb-client";
import { stepStart } from "../bounds.ts";
import type { DeviceStep, DeviceStepsQuery } from "../port.ts";
import { type Ask, inSteps } from "./ask.ts";
import { joined, numberOf, timeOf } from "./columns.ts";
import { fieldOf } from "./lines.ts";
import { decodeText, encodeText } from "./text.ts";

const RESULTS = ["count", "mean", "min", "max"] as const;
/** Devices that one query names: what it says of them is sent with each of its four parts. */
const MOST_NAMED = 200;

export async function stepsOfDevices(ask: Ask, query: DeviceStepsQuery): Promise<readonly DeviceStep[]> {
  const steps: DeviceStep[] = [];
  for (let first = 0; first < query.devices.length; first += MOST_NAMED) {
    steps.push(...(await stepsOf(ask, query, query.devices.slice(first, first + MOST_NAMED))));
  }
  return steps;
}

async function stepsOf(ask: Ask, query: DeviceStepsQuery, devices: readonly string[]): Promise<DeviceStep[]> {
  const { metric, stepMs } = query;
  const ofDevices = flux`|> filter(fn: (r) => r._measurement == "readings" and r._field == ${fieldOf(metric)})
        |> filter(fn: (r) => ${anyOf(devices)})`;
  // Each aggregate from a source of its own, so that InfluxDB computes it where the data are.
  const rows = await ask(
    query,
    ({ source }) =>
      joined(
        RESULTS.map(
          (name) => flux`${source}
        ${ofDevices}
        |> ${inSteps(stepMs, name)}
        |> keep(columns: ["device", "_time", "_value"])
        |> yield(name: ${name})`,
        ),
      ),
    (column) => ({
      result: column("result") as (typeof RESULTS)[number],
      device: decodeText(column("device") ?? ""),
      // The first step begins where the range does; its label is where the step would begin.
      time: stepStart(timeOf(column), stepMs),
      value: numberOf(column("_value")),
    }),
  );
  const found = new Map<string, { -readonly [Key in keyof DeviceStep]: DeviceStep[Key] }>();
  for (const { result, device, time, value } of rows) {
    const key = `${time} ${device}`;
    const step = found.get(key) ?? {
      device,
      time,
      count: 0,
      mean: Number.NaN,
      min: Number.NaN,
      max: Number.NaN,
    };
    step[result] = value;
    found.set(key, step);
  }
  return [...found.values()];
}

/** Halved again and again, so that the tree that InfluxDB reads it into stays flat. */
function anyOf(devices: readonly string[]): ParameterizedQuery {
  const [only = "", ...others] = devices;
  if (others.length === 0) return flux`r.device == ${encodeText(only)}`;
  const middle = devices.length >> 1;
  return flux`(${anyOf(devices.slice(0, middle))} or ${anyOf(devices.slice(middle))})`;
}
