import type { Feed, Publication } from "../feed.ts";
import { recordedAt } from "../loop.ts";
import { moments } from "../pace.ts";
import type { Recording } from "../recording.ts";
import { readCsv } from "./csv.ts";

const HALF_HOUR = 1_800_000;

/**
 * Households, published as Tasmota telemetry. Recorded: kWh per half hour. DERIVED: the running counter, the straight
 * line within a half hour, and the power as the mean of the half hour. Nothing is published for a half hour that the
 * recording lacks.
 */
export function halfHourlyEnergy({ files, devices, loop, everyMs, timeZone }: Recording): Feed {
  const slots = loop.length / HALF_HOUR;
  const households = new Map<string, Float64Array>();
  for (const file of files) {
    for (const row of readCsv(file, ",")) {
      const slot = (Date.parse(`${row.tstp?.replace(" ", "T")}Z`) - loop.start) / HALF_HOUR;
      if (slot < 0 || slot >= slots || !Number.isInteger(slot)) continue;
      const id = `meter-${row.LCLid?.toLowerCase()}`;
      const energy = households.get(id) ?? new Float64Array(slots).fill(Number.NaN);
      energy[slot] = Number(row["energy(kWh/hh)"]);
      households.set(id, energy);
    }
  }
  const meters = devices.flatMap((device) => {
    const energy = households.get(device.id);
    return device.kind === "meter" && energy ? [{ device, energy, sums: runningSums(energy) }] : [];
  });
  const localTime = tasmotaTime(timeZone);

  return {
    id: "households",
    publications(from, to) {
      const publications: Publication[] = [];
      for (const { device, energy, sums } of meters) {
        for (const at of moments(device.id, everyMs, from, to)) {
          const { time, round } = recordedAt(loop, at);
          const slot = Math.floor((time - loop.start) / HALF_HOUR);
          const used = energy[slot] ?? Number.NaN;
          if (Number.isNaN(used)) continue;
          const within = (time - loop.start - slot * HALF_HOUR) / HALF_HOUR;
          const total = round * (sums[slots] ?? 0) + (sums[slot] ?? 0) + used * within;
          publications.push({
            at,
            topic: `tele/${device.id}/SENSOR`,
            payload: JSON.stringify({
              Time: localTime(at),
              ENERGY: { Total: Math.round(total * 1000) / 1000, Power: Math.round(used * 2000) },
            }),
          });
        }
      }
      return publications;
    },
  };
}

/** `sums[n]`: energy of the first n half hours; a missing one counts as nothing. */
function runningSums(energy: Float64Array): Float64Array {
  const sums = new Float64Array(energy.length + 1);
  for (let n = 0; n < energy.length; n++) {
    const used = energy[n] ?? Number.NaN;
    sums[n + 1] = (sums[n] ?? 0) + (Number.isNaN(used) ? 0 : used);
  }
  return sums;
}

/** Tasmota stamps with the wall clock of its zone, whole seconds, no offset: `2026-11-24T19:06:33`. */
function tasmotaTime(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => format.format(at).replace(" ", "T");
}
