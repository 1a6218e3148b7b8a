import type { Collector } from "./collector.ts";
import { type CommonName, commonName } from "./common-names.ts";
import { isObject, type JsonObject, member } from "./json.ts";
import { numberIn } from "./number.ts";

const MAX_DEPTH = 4;
const MAX_FIELDS = 500;
/** Groups whose `temperature` or `humidity` is not that of the air around the device. */
const FOREIGN = /^(?:soil|water|leaf|liquid|probe|internal|chip|board|device|cpu|mcu|modem|gateway)/i;
const DIGITS = /^\d{1,3}$/;

/**
 * Takes what a payload formatter or codec decoded: fields named as most makers name them, flat or in groups, with a
 * number per channel (`temperature_3`, or `{ temperatureSensor: { "3": … } }`) or as `{ value, unit }`.
 * Returns the names it does not know.
 * @param skip whether a field, by its path, is spoken for already
 */
export function takeCommonValues(
  collector: Collector,
  decoded: JsonObject,
  device: string,
  skip: (path: string) => boolean = () => false,
): string[] {
  const unknown: string[] = [];
  let fields = 0;

  function take(found: CommonName, value: unknown, path: string, channel: string): void {
    const number = numberIn(value, path, device);
    if (number === null) return;
    const converted = found.convert ? found.convert(number) : number;
    if (found.channel) collector.addTo(found.channel, found.metric, converted);
    else collector.add(found.metric, converted, channel);
  }

  function walk(group: JsonObject, path: string, name: string, depth: number, foreign: boolean): void {
    for (const key of Object.keys(group)) {
      if (++fields > MAX_FIELDS) return;
      const value = group[key];
      const at = path === "" ? key : `${path}.${key}`;
      if (skip(at)) continue;
      const found = (name === "" ? null : commonName(name + key)) ?? (foreign ? null : commonName(key));
      if (isObject(value)) {
        if (found && Object.hasOwn(value, "value") && !skip(`${at}.value`)) {
          take(found.entry, member(value, "value"), `${at}.value`, found.number ?? key);
        } else if (found && Object.keys(value).every((channel) => DIGITS.test(channel))) {
          for (const channel of Object.keys(value)) {
            if (!skip(`${at}.${channel}`)) take(found.entry, value[channel], `${at}.${channel}`, channel);
          }
        } else if (depth < MAX_DEPTH) {
          walk(value, at, key, depth + 1, foreign || FOREIGN.test(key));
        }
      } else if (found && !Array.isArray(value)) {
        take(found.entry, value, at, found.number ?? (path === "" ? key : path));
      } else if (unknown.length < 10) {
        unknown.push(at);
      }
    }
  }

  walk(decoded, "", "", 0, false);
  return unknown;
}
