import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type City, KotaError } from "@kota/model";
import { parse } from "yaml";
import { z } from "zod";
import type { Feed } from "./feed.ts";
import { loopOf } from "./loop.ts";
import type { Recording } from "./recording.ts";
import { binCollections } from "./recordings/bin-collections.ts";
import { halfHourlyEnergy } from "./recordings/half-hourly-energy.ts";
import { sensorCommunityArchive } from "./recordings/sensor-community-archive.ts";
import { simulatedDevices } from "./simulated.ts";

const READERS = {
  "bin-collections": binCollections,
  "half-hourly-energy": halfHourlyEnergy,
  "sensor-community-archive": sensorCommunityArchive,
} as const satisfies Record<string, (recording: Recording) => Feed>;

/** `replay.yaml` of a city: the recordings it plays and the pace of its simulated devices. */
const Replay = z.strictObject({
  recordings: z
    .array(
      z.strictObject({
        reader: z.enum(Object.keys(READERS) as [keyof typeof READERS]),
        files: z.array(z.string()).min(1),
        /** Start of the recorded period. */
        from: z.iso.datetime({ offset: true }),
        weeks: z.number().int().min(1),
        /** Pace of a derived curve; 0: the recorded moments themselves. */
        everySeconds: z.number().int().min(0),
      }),
    )
    .default([]),
  simulated: z.strictObject({ everySeconds: z.number().int().min(1) }).default({ everySeconds: 60 }),
});

/**
 * The feeds of a city, from its `replay.yaml` and its simulated devices; none when it has neither.
 * @throws KotaError `city_invalid` when `replay.yaml` or a recording cannot be used.
 */
export function loadFeeds(dir: string, city: City): Feed[] {
  const file = join(dir, "replay.yaml");
  const parsed = Replay.safeParse(existsSync(file) ? (parse(readFileSync(file, "utf8")) ?? {}) : {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new KotaError("city_invalid", `replay.yaml: ${problems.join("; ")}`);
  }
  const recorded = city.devices.filter((device) => device.origin === "recorded");
  const feeds = parsed.data.recordings.map((recording) => {
    const files = recording.files.map((name) => join(dir, name));
    const missing = files.find((name) => !existsSync(name));
    if (missing) throw new KotaError("city_invalid", `replay.yaml names ${missing}, which does not exist.`);
    return READERS[recording.reader]({
      files,
      devices: recorded,
      loop: loopOf(Date.parse(recording.from), recording.weeks),
      everyMs: recording.everySeconds * 1000,
      timeZone: city.settings.timeZone,
    });
  });
  if (city.devices.some((device) => device.origin === "simulated")) {
    feeds.push(simulatedDevices(city.devices, parsed.data.simulated.everySeconds * 1000));
  }
  return feeds;
}
