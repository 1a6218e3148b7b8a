import { machineLine } from "./machine.ts";
import type { SoakResult } from "./soak.ts";
import { openHourMegabytesPerMinute, type Trend } from "./soak-verdict.ts";
import { table } from "./table.ts";

export function soakReport(result: SoakResult): string {
  const { options, verdict, rate, most, minutes, sent, drainSeconds } = result;
  const row = (what: string, unit: string, { first, last, greatest, perMinute, allowed, isFlat }: Trend) => [
    what,
    ...[first, last, greatest].map((value) => `${value.toFixed(0)}${unit}`),
    `${perMinute.toFixed(2)}${unit}/min`,
    `${allowed.toFixed(2)}${unit}/min`,
    isFlat ? "flat" : "GROWS",
  ];
  const found = most === null ? "" : `, half of ${Math.round(most)} at most`;
  const open = openHourMegabytesPerMinute({ ...result, devices: options.devices });
  return [
    `kota, ${options.on}: ${rate} messages a second${found} of ${options.devices} devices for ${minutes.toFixed(1)} min, ${sent} in all, every one counted ${drainSeconds.toFixed(1)} s after the last`,
    machineLine(result.machine),
    "",
    table([
      ["from the first third on", "first", "last", "most", "slope", "allowed", ""],
      row("memory of its own", " MB", verdict.own),
      row("resident, mapped files too", " MB", verdict.resident),
      row("file handles", "", verdict.handles),
      row("acknowledged, not yet counted", "", verdict.lag),
    ]),
    "",
    `allowed memory: a tenth of it an hour, and ${open.toFixed(2)} MB/min for what the scorer keeps of the hour that is open`,
  ].join("\n");
}
