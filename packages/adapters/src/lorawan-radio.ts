import type { Collector } from "./collector.ts";

/** How one gateway heard an uplink: RSSI in dBm, SNR in dB. */
export interface GatewayRadio {
  readonly rssi?: number | undefined;
  readonly snr?: number | undefined;
}

/** Adds how the strongest gateway heard an uplink, unless the payload itself says it. */
export function addRadio(collector: Collector, gateways: readonly GatewayRadio[] = []): void {
  let best: GatewayRadio | undefined;
  for (const gateway of gateways) {
    if (gateway.rssi !== undefined && (best?.rssi === undefined || gateway.rssi > best.rssi)) best = gateway;
  }
  if (best?.rssi !== undefined && !collector.has("rssi")) collector.set("rssi", best.rssi);
  if (best?.snr !== undefined && !collector.has("snr")) collector.set("snr", best.snr);
}
