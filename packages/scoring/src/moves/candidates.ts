import { METRICS, type MetricName } from "@kota/model";
import { medianOf } from "../quality/unlike-neighbours.ts";
import type { DeviceReceipt, IndicatorReceipt } from "../receipt.ts";
import type { Goalpost } from "../score-model.ts";
import type { ChangedDevices } from "./changed-evidence.ts";

/** `empty`: a container is emptied. `repair`: a device that was left out counts. `reach`: a value comes to the next goalpost. */
export const MOVE_CODES = ["empty", "repair", "reach"] as const;
export type MoveCode = (typeof MOVE_CODES)[number];

/** Something that could be otherwise. */
export interface Candidate {
  readonly code: MoveCode;
  readonly metric: string;
  /** Of the values `from` and `to`. */
  readonly unit: string;
  /** The devices to go to; empty: the value as such. */
  readonly devices: readonly string[];
  /** Of one device, or of the indicator; null: there is none, or there are several. */
  readonly from: number | null;
  readonly to: number | null;
  /** `to` is not known and was taken to be what the other devices say. */
  readonly isAssumed: boolean;
  readonly change: ChangedDevices;
}

/** Metrics that one visit sets, and to what. */
const SERVICED: Partial<Record<MetricName, number>> = { fill_level: 0 };

/** Single devices that are tried for each metric, the most promising first: so many evaluations a metric and area. */
const MOST_DEVICES = 10;

/** What could be done about the indicators of one area. */
export function candidatesOf(indicators: readonly IndicatorReceipt[]): Candidate[] {
  const metrics = new Set(indicators.map(({ method }) => method.metric));
  return [
    ...[...metrics].flatMap((metric) => emptyOne(metric, indicators)),
    ...indicators.flatMap((indicator) => reachNext(indicator)),
    ...repairOne(indicators),
    ...indicators.flatMap((indicator) => repairAll(indicator)),
  ];
}

/** The value after a visit; undefined for what a visit does not change, or not at once. */
function servicedValue({ method }: IndicatorReceipt): number | undefined {
  return method.overTime === "last" ? SERVICED[method.metric as MetricName] : undefined;
}

function isCounting(device: DeviceReceipt): device is DeviceReceipt & { readonly value: number } {
  return device.leftOut === null && device.value !== null;
}

/** All indicators with these devices serviced. */
function serviced(metric: string, devices: ReadonlySet<string>): ChangedDevices {
  return (receipt) => {
    const to = servicedValue(receipt);
    if (receipt.method.metric !== metric || to === undefined) return undefined;
    return receipt.devices.map((each) =>
      devices.has(each.device) && isCounting(each) ? { ...each, value: to } : each,
    );
  };
}

/** The fullest first: with a mean they give most, with a share any of those above its threshold gives the same. */
function emptyOne(metric: string, indicators: readonly IndicatorReceipt[]): Candidate[] {
  const of = indicators.find((each) => each.method.metric === metric && servicedValue(each) !== undefined);
  const to = of && servicedValue(of);
  if (of === undefined || to === undefined) return [];
  return of.devices
    .filter(isCounting)
    .filter(({ value }) => value > to)
    .sort(byValue)
    .slice(0, MOST_DEVICES)
    .map(({ device, value }) => ({
      code: "empty",
      metric,
      unit: METRICS[metric as MetricName].unit,
      devices: [device],
      from: value,
      to,
      isAssumed: false,
      change: serviced(metric, new Set([device])),
    }));
}

function byValue(
  one: { readonly value: number; readonly device: string },
  other: { readonly value: number; readonly device: string },
): number {
  return other.value - one.value || (one.device < other.device ? -1 : 1);
}

/** The nearest goalpost that gives more; undefined where there is none. */
export function nextGoalpost(
  goalposts: readonly Goalpost[],
  value: number,
  score: number,
): Goalpost | undefined {
  const below = goalposts.findLast(([at, gives]) => at < value && gives > score);
  const above = goalposts.find(([at, gives]) => at > value && gives > score);
  if (below === undefined || above === undefined) return below ?? above;
  return value - below[0] <= above[0] - value ? below : above;
}

function reachNext(receipt: IndicatorReceipt): Candidate[] {
  const { method, value, score, unit } = receipt;
  if (value === null || score === null || unit === null) return [];
  const [to] = nextGoalpost(method.goalposts, value, score) ?? [];
  if (to === undefined) return [];
  const { overDevices, metric } = method;
  if (overDevices.by !== "share_at_least") {
    const change = onlyOf(receipt, (each) => {
      if (overDevices.by !== "max") return each.value + to - value;
      return to < value ? Math.min(each.value, to) : each.value === value ? to : each.value;
    });
    return [{ code: "reach", metric, unit, devices: [], from: value, to, isAssumed: false, change }];
  }
  const { threshold } = overDevices;
  const counting = receipt.devices.filter(isCounting).sort(byValue);
  const wanted = (to * counting.length) / 100;
  const reaching = counting.filter((each) => each.value >= threshold);
  const isLess = to < value;
  // Down: the fullest are emptied. Up: those that lack least.
  const moved = isLess
    ? reaching.slice(0, Math.ceil(reaching.length - wanted - 1e-9))
    : counting.slice(reaching.length, Math.ceil(wanted - 1e-9));
  const devices = new Set(moved.map(({ device }) => device));
  const isServiced = isLess && servicedValue(receipt) !== undefined;
  // One alone was tried already.
  if (isServiced && moved.length === 1) return [];
  const step = 10 ** -METRICS[metric as MetricName].decimals;
  return [
    {
      code: isServiced ? "empty" : "reach",
      metric,
      unit,
      devices: [...devices],
      from: value,
      to: (100 * (reaching.length + (isLess ? -moved.length : moved.length))) / counting.length,
      isAssumed: false,
      change: isServiced
        ? serviced(metric, devices)
        : onlyOf(receipt, (each) =>
            devices.has(each.device) ? (isLess ? threshold - step : threshold) : each.value,
          ),
    },
  ];
}

function onlyOf(
  of: IndicatorReceipt,
  newValue: (device: DeviceReceipt & { readonly value: number }) => number,
): ChangedDevices {
  return (receipt) =>
    receipt === of
      ? receipt.devices.map((each) => (isCounting(each) ? { ...each, value: newValue(each) } : each))
      : undefined;
}

/** Devices that were left out, those that are asked by most indicators first. */
function repairOne(indicators: readonly IndicatorReceipt[]): Candidate[] {
  const leftOut = new Map<string, IndicatorReceipt[]>();
  for (const receipt of indicators) {
    for (const { device, leftOut: why } of receipt.devices) {
      if (why !== null) leftOut.set(device, [...(leftOut.get(device) ?? []), receipt]);
    }
  }
  return [...leftOut]
    .sort(([a, of], [b, other]) => other.length - of.length || (a < b ? -1 : 1))
    .slice(0, MOST_DEVICES)
    .map(([device, [first]]) => repaired(new Set([device]), first));
}

/** One device alone may not be enough for a score. */
function repairAll(receipt: IndicatorReceipt): Candidate[] {
  const devices = receipt.devices.filter(({ leftOut }) => leftOut !== null).map(({ device }) => device);
  return receipt.score === null && devices.length > 1 ? [repaired(new Set(devices), receipt)] : [];
}

function repaired(devices: ReadonlySet<string>, of: IndicatorReceipt | undefined): Candidate {
  const [only] = devices.size === 1 && of ? of.devices.filter(({ device }) => devices.has(device)) : [];
  const to = only && of ? repairedValue(of, only) : null;
  return {
    code: "repair",
    metric: of?.method.metric ?? "",
    unit: of ? METRICS[of.method.metric as MetricName].unit : "",
    devices: [...devices],
    from: only?.value ?? null,
    to,
    isAssumed: to === null || !isKnown(only),
    change: (receipt) => {
      let isChanged = false;
      const changed = receipt.devices.map((each) => {
        if (each.leftOut === null || !devices.has(each.device)) return each;
        const value = repairedValue(receipt, each);
        if (value === null) return each;
        isChanged = true;
        return { ...each, leftOut: null, value, coverage: 1 };
      });
      return isChanged ? changed : undefined;
    },
  };
}

/** What little it sent may be trusted; what the quality rules left out may not. */
function isKnown(device: DeviceReceipt | undefined): boolean {
  const code = device?.leftOut?.code;
  return device?.value != null && (code === "too_little" || code === "silent");
}

/** Nobody knows what a silent device would say: it is taken to say what the others do, which changes coverage and little else. */
function repairedValue(receipt: IndicatorReceipt, device: DeviceReceipt): number | null {
  if (isKnown(device)) return device.value;
  const others = receipt.devices.filter(isCounting).map(({ value }) => value);
  if (others.length === 0) return null;
  return receipt.method.overDevices.by === "mean"
    ? others.reduce((sum, value) => sum + value, 0) / others.length
    : medianOf(others);
}
