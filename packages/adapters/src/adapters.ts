import type { Adapter } from "./adapter.ts";
import { airgradient } from "./airgradient/adapter.ts";
import { cayenneLpp } from "./cayenne-lpp/adapter.ts";
import { chirpstack } from "./chirpstack/adapter.ts";
import { dsmrP1 } from "./dsmr-p1/adapter.ts";
import { fiware } from "./fiware/adapter.ts";
import { homeAssistant } from "./home-assistant/adapter.ts";
import { kotaJson } from "./kota-json/adapter.ts";
import { openaq } from "./openaq/adapter.ts";
import { purpleair } from "./purpleair/adapter.ts";
import { senml } from "./senml/adapter.ts";
import { senmlCbor } from "./senml-cbor/adapter.ts";
import { sensorCommunity } from "./sensor-community/adapter.ts";
import { shellyGen2 } from "./shelly-gen2/adapter.ts";
import { sparkplugB } from "./sparkplug-b/adapter.ts";
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
  senml,
  senmlCbor,
  fiware,
  openaq,
  dsmrP1,
  sparkplugB,
  cayenneLpp,
  homeAssistant,
];
