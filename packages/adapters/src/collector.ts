import type { MetricName } from "@kota/model";
import type { DecodedReading } from "./adapter.ts";

const PLAIN_CHANNEL = /^[\w.:-]{1,40}$/;

/**
 * Gathers the values of one device from one message. The first value of a metric is the device's own; further ones go
 * to the channel of the sensor that they come from.
 */
export class Collector {
  readonly #device: string;
  readonly #time: number | null;
  #position: DecodedReading["position"];
  readonly #main: Record<string, number> = {};
  #channels: Map<string, Record<string, number>> | undefined;
  #hasMain = false;

  constructor(device: string, time: number | null, position?: DecodedReading["position"]) {
    this.#device = device;
    this.#time = time;
    this.#position = position;
  }

  get isEmpty(): boolean {
    return !this.#hasMain && this.#channels === undefined;
  }

  has(metric: MetricName): boolean {
    return this.#main[metric] !== undefined;
  }

  /** A value of the device itself, or of `channel` when the device has one of this metric already. */
  add(metric: MetricName, value: number, channel: string): void {
    if (this.#main[metric] !== undefined) this.addTo(channel, metric, value);
    else this.set(metric, value);
  }

  /** Where the device is, when that turns up beside its values. */
  place(position: NonNullable<DecodedReading["position"]>): void {
    this.#position = position;
  }

  /** The device's own value. */
  set(metric: MetricName, value: number): void {
    this.#main[metric] = value;
    this.#hasMain = true;
  }

  /** A value of a channel, whatever the device itself has. */
  addTo(channel: string, metric: MetricName, value: number): void {
    const id = PLAIN_CHANNEL.test(channel)
      ? channel
      : channel.replaceAll(/[^\w.:-]/g, "_").slice(0, 40) || "_";
    this.#channels ??= new Map();
    const values = this.#channels.get(id);
    if (values) values[metric] ??= value;
    else this.#channels.set(id, { [metric]: value });
  }

  readings(): DecodedReading[] {
    const readings: DecodedReading[] = [];
    if (this.#hasMain) readings.push(this.#reading(this.#main, undefined));
    if (this.#channels) {
      for (const [channel, values] of this.#channels) readings.push(this.#reading(values, channel));
    }
    return readings;
  }

  // Written out: spreads cost more here than all the rest of the class.
  #reading(values: Record<string, number>, channel: string | undefined): DecodedReading {
    const device = this.#device;
    const time = this.#time;
    const position = this.#position;
    if (channel === undefined) {
      return position ? { device, time, values, position } : { device, time, values };
    }
    return position ? { device, channel, time, values, position } : { device, channel, time, values };
  }
}
