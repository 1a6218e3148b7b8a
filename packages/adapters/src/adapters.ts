import type { Adapter } from "./adapter.ts";
import { airgradient } from "./airgradient/adapter.ts";
import { chirpstack } from "./chirpstack/adapter.ts";
import { kotaJson } from "./kota-json/adapter.ts";
import { purpleair } from "./purpleair/adapter.ts";
import { sensorCommunity } from "./sensor-community/adapter.ts";
import { shellyGen2 } from "./shelly-gen2/adapter.ts";
import { tasmota } from "./tasmota/adapter.ts";
import { theThingsStack } from "./the-things-stack/adapter.ts";
import { zigbee2mqtt } from "./zigbee2mqtt/adapter.ts";

/** Every adapter that comes with kota. The first that claims a message decodes it. */
export const ADAPTERS: readonly Adapter[] = [
  kotaJson,
  theThingsStack,
  chirpstack,
  tasmota,
  sensorCommunity,
  shellyGen2,
  zigbee2mqtt,
  purpleair,
  airgradient,
];
