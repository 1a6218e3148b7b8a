import type { DecodeContext } from "../adapter.ts";
import { zonedInstant } from "../device-time.ts";
import { show } from "../explain.ts";
import { refuse } from "../refusal.ts";
import { createZone, type Zone } from "../zone.ts";
import { lookUp } from "./lookup.ts";
import type { Row } from "./rows.ts";
import type { Device, Time } from "./schema.ts";
import { parseTimeFormat, type TimeFormat } from "./time-format.ts";

/** Whose a row is, and when it was measured; null: the message does not say, so it is the receive time. */
export interface Identity {
  readonly device: string;
  readonly time: number | null;
}

/** Finds device and time of a row as the mapping says. */
export function identifier(mapping: {
  readonly device: Device;
  readonly time?: Time | undefined;
}): (row: Row, context: DecodeContext) => Identity {
  const { device, time } = mapping;
  const format = time ? parseTimeFormat(time.format) : null;
  const zone = time?.zone === undefined ? null : createZone(time.zone);
  return (row, context) => {
    const id = deviceOf(device, row, context.message.topic);
    if (!time || !format) return { device: id, time: null };
    const values = time.field.map((path) => find(row, path));
    return { device: id, time: timeOf(values, time, format, zone ?? context.zone, context, id) };
  };
}

function find({ row, payload }: Row, path: string): unknown {
  return lookUp(row, path) ?? (row === payload ? undefined : lookUp(payload, path));
}

function deviceOf(device: Device, row: Row, topic: string): string {
  if ("id" in device) return device.id;
  if ("topicLevel" in device) {
    const { topicLevel } = device;
    const level = topic.split("/").at(topicLevel > 0 ? topicLevel - 1 : topicLevel);
    return (
      level ||
      refuse(
        "schema_mismatch",
        `The topic has no level ${topicLevel}, which the mapping takes the device from.`,
      )
    );
  }
  const parts = device.field.map((path) => {
    const value = find(row, path);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    return refuse("schema_mismatch", `${path}: expected the device's id, came ${show(value)}.`);
  });
  return parts.join("/");
}

function timeOf(
  values: readonly unknown[],
  { field, format: written }: Time,
  format: TimeFormat,
  zone: Zone,
  { message }: DecodeContext,
  device: string,
): number {
  const whole = values.every((value) => typeof value === "string" || typeof value === "number");
  const text = whole ? values.join(" ") : "";
  let time: number | null = null;
  if (format.kind === "iso") time = zonedInstant(text, zone, message.receivedAt);
  else if (format.kind === "unix") time = text === "" ? null : Number(text) * format.milliseconds;
  else {
    const wall = format.read(text);
    time = wall === null ? null : zone.instantOf(wall, message.receivedAt);
  }
  return time !== null && Number.isFinite(time)
    ? Math.trunc(time)
    : refuse(
        "time_invalid",
        `${field.join(" and ")}: expected a time as ${written}, came ${values.map(show).join(" and ")}.`,
        device,
      );
}
