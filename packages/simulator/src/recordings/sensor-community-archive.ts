import type { Feed, Publication } from "../feed.ts";
import { playsOf } from "../loop.ts";
import type { Recording } from "../recording.ts";
import { readCsv } from "./csv.ts";

/** What a row of the archive measured, by its column. */
const VALUES = ["P1", "P2", "temperature", "humidity", "pressure"] as const;

interface Row {
  readonly time: number;
  readonly sensor: string;
  readonly json: (timestamp: string) => string;
}

/** Stations of the Sensor.Community archive, published in the shape of its public API, with the gaps they had. */
export function sensorCommunityArchive({ files, devices, loop }: Recording): Feed {
  const known = new Set(devices.flatMap((device) => (device.nativeId ? [device.nativeId] : [])));
  const rows: Row[] = [];
  for (const file of files) {
    for (const row of readCsv(file, ";")) {
      const time = Date.parse(`${row.timestamp}Z`);
      const sensor = row.sensor_id ?? "";
      if (known.has(sensor) && time >= loop.start && time < loop.start + loop.length) {
        rows.push({ time, sensor, json: (timestamp) => record(row, timestamp) });
      }
    }
  }
  rows.sort((a, b) => a.time - b.time);

  return {
    id: "stations",
    publications(from, to) {
      const publications: Publication[] = [];
      for (const { row, at } of playsOf(loop, rows, from, to)) {
        const timestamp = new Date(at).toISOString().slice(0, 19).replace("T", " ");
        publications.push({ at, topic: `sensor.community/${row.sensor}`, payload: row.json(timestamp) });
      }
      return publications;
    },
  };
}

function record(row: Readonly<Record<string, string>>, timestamp: string): string {
  return JSON.stringify([
    {
      timestamp,
      location: { id: Number(row.location), latitude: row.lat, longitude: row.lon },
      sensor: { id: Number(row.sensor_id), sensor_type: { name: row.sensor_type } },
      sensordatavalues: VALUES.flatMap((type) => (row[type] ? [{ value_type: type, value: row[type] }] : [])),
    },
  ]);
}
