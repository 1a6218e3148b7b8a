import { machineLine } from "./machine.ts";
import type { PeerResult } from "./peer.ts";
import { table } from "./table.ts";

export function peerReport({ machine, options, trials }: PeerResult): string {
  return [
    `Telegraf as in infra/telegraf, ${options.rate} messages a second of ${options.devices} devices, ${options.seconds} s a trial`,
    machineLine(machine),
    "",
    table([
      ["fault", "acknowledged", "stored", "lost"],
      ...trials.map(({ fault, acknowledged, stored, lost }) => [
        fault,
        ...[acknowledged, stored, lost].map(String),
      ]),
    ]),
  ].join("\n");
}
