import type { Feed, Publication } from "../feed.ts";
import { type Loop, recordedAt } from "../loop.ts";
import { moments } from "../pace.ts";
import type { Recording } from "../recording.ts";
import { readCsv } from "./csv.ts";

interface Emptying {
  readonly time: number;
  /** Fill just before the emptying, percent. */
  readonly fill: number;
}

/**
 * Litter bins, published as The Things Stack uplinks. The recording has one row per emptying; the fill between two
 * emptyings is DERIVED: a straight line from 0 after one to the recorded fill before the next.
 */
export function binCollections({ files, devices, loop, everyMs }: Recording): Feed {
  const emptyings = new Map<string, Emptying[]>();
  for (const file of files) {
    for (const row of readCsv(file, ",")) {
      // British Summer Time throughout the recording.
      const time = Date.parse(`${row.collected_at_local}+01:00`);
      if (time < loop.start || time >= loop.start + loop.length) continue;
      const site = row.site_id ?? "";
      const list = emptyings.get(site) ?? [];
      list.push({ time, fill: Number(row.fill_before_pct) });
      emptyings.set(site, list);
    }
  }
  for (const list of emptyings.values()) list.sort((a, b) => a.time - b.time);
  const bins = devices.flatMap((device) => {
    const list = emptyings.get(device.id.replace(/^bin-/, ""));
    return device.kind === "bin" && list ? [{ device, list }] : [];
  });

  return {
    id: "bins",
    publications(from, to) {
      const publications: Publication[] = [];
      for (const { device, list } of bins) {
        for (const at of moments(device.id, everyMs, from, to)) {
          const fill = fillAt(list, loop, recordedAt(loop, at).time);
          publications.push({
            at,
            topic: `v3/kota-contoh@ttn/devices/${device.id}/up`,
            payload: uplink(device.id, at, Math.round(at / everyMs), fill),
          });
        }
      }
      return publications;
    },
  };
}

/** Fill at a recorded moment, percent. The list is cyclic: after its last emptying comes its first. */
export function fillAt(list: readonly Emptying[], loop: Loop, time: number): number {
  const last = list.at(-1);
  if (!last) return 0;
  let before: Emptying = { time: last.time - loop.length, fill: last.fill };
  for (const emptying of list) {
    if (emptying.time > time) return (emptying.fill * (time - before.time)) / (emptying.time - before.time);
    before = emptying;
  }
  const first = list[0] ?? last;
  return (first.fill * (time - last.time)) / (first.time + loop.length - last.time);
}

function uplink(device: string, at: number, count: number, fill: number): string {
  const time = new Date(at).toISOString();
  return JSON.stringify({
    end_device_ids: { device_id: device, application_ids: { application_id: "kota-contoh" } },
    received_at: time,
    uplink_message: {
      f_port: 1,
      f_cnt: count % 65_536,
      decoded_payload: { fill_level: Math.round(fill * 10) / 10 },
      received_at: time,
    },
  });
}
