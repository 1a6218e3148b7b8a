import { z } from "zod";
import {
  type Adapter,
  type DecodeContext,
  type DecodedReading,
  defineAdapter,
  defineBytesAdapter,
  defineTextAdapter,
} from "../adapter.ts";
import { cayenneReadings } from "../cayenne-lpp.ts";
import { Collector } from "../collector.ts";
import { excerpt, show } from "../explain.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";
import { byLastPart, decodeSparkplug, type Meaning } from "../sparkplug-b/adapter.ts";
import { SparkplugAnnouncement } from "../sparkplug-b/births.ts";
import { identifier } from "./identify.ts";
import { lookUp } from "./lookup.ts";
import { csvRows, jsonRows, type Row } from "./rows.ts";
import type { Field, Mapping } from "./schema.ts";
import { numberFrom, type ReadNumber, rowReader } from "./values.ts";

/** The adapter that a checked mapping describes. */
export function mappingAdapter(id: string, mapping: Mapping, file: string): Adapter {
  const named = {
    id,
    title: mapping.title,
    version: mapping.version,
    source: mapping.source || file,
    claims: { topics: mapping.topics },
  };
  switch (mapping.format) {
    case "json": {
      const read = rowsReader(mapping, numberIn);
      return defineAdapter({
        ...named,
        schema: z.unknown(),
        decode: (json, context) => read(jsonRows(mapping, json), context),
      });
    }
    case "csv": {
      const read = rowsReader(mapping, mapping.decimal === "," ? numberWithComma : numberIn);
      return defineTextAdapter({
        ...named,
        decode: (text, context) => read(csvRows(mapping, text), context),
      });
    }
    case "cayenne-lpp": {
      const { base64 } = mapping;
      const identify = identifier(mapping);
      if (base64 === undefined) {
        return defineBytesAdapter({
          ...named,
          decode: (bytes, context) => {
            const { device, time } = identify({ row: undefined, payload: undefined }, context);
            return cayenneReadings(bytes, device, time);
          },
        });
      }
      return defineAdapter({
        ...named,
        schema: z.unknown(),
        decode: (json, context) => {
          const { device, time } = identify({ row: json, payload: json }, context);
          return cayenneReadings(bytesAt(json, base64, device), device, time);
        },
      });
    }
    case "sparkplug-b": {
      const meaning = meaningOf(mapping.fields);
      return defineBytesAdapter({
        ...named,
        announcement: SparkplugAnnouncement,
        decode: (bytes, context) => decodeSparkplug(bytes, context, meaning),
      });
    }
  }
}

/** A decimal comma, which CSV of half of Europe has. */
const numberWithComma: ReadNumber = (value, field, device) =>
  numberIn(typeof value === "string" ? value.replace(",", ".") : value, field, device);

function rowsReader(
  mapping: Extract<Mapping, { format: "json" | "csv" }>,
  readNumber: ReadNumber,
): (rows: readonly Row[], context: DecodeContext) => readonly DecodedReading[] {
  const identify = identifier(mapping);
  const read = rowReader(mapping.fields, readNumber);
  const names = Object.keys(mapping.fields).slice(0, 10);
  return (rows, context) => {
    const readings: DecodedReading[] = [];
    for (const row of rows) {
      const { device, time } = identify(row, context);
      const collector = new Collector(device, time);
      read(collector, row, device);
      readings.push(...collector.readings());
    }
    if (readings.length === 0) {
      refuse(
        "no_values",
        `${mapping.title}: none of the fields that the mapping names holds a value: ${names.map((name) => excerpt(name, 40)).join(", ")}.`,
      );
    }
    return readings;
  };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function bytesAt(json: unknown, path: string, device: string): Uint8Array {
  const encoded = lookUp(json, path);
  return typeof encoded === "string" && BASE64.test(encoded)
    ? Buffer.from(encoded, "base64")
    : refuse("schema_mismatch", `${path}: expected bytes in base64, came ${show(encoded)}.`, device);
}

/** Metrics that the mapping names, then those whose last part kota knows. */
function meaningOf(fields: Readonly<Record<string, Field>>): Meaning {
  return (name, value, unit, device) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) return byLastPart(name, value, unit, device);
    const number = numberFrom(field, value, name, device, numberIn);
    if (number === null) return null;
    const { metric, channel = null } = field;
    return { metric, value: number, channel, apart: channel !== null };
  };
}
