import type { MetricName } from "@kota/model";
import type { DecodedReading } from "./adapter.ts";

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
  #empty = true;

  constructor(device: string, time: number | null, position?: DecodedReading["position"]) {
    this.#device = device;
    this.#time = time;
    this.#position = position;
  }

  get isEmpty(): boolean {
    return this.#empty;
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
    this.#empty = false;
  }

  /** A value of a channel, whatever the device itself has. */
  addTo(channel: string, metric: MetricName, value: number): void {
    const id = channel.replaceAll(/[^\w.:-]/g, "_").slice(0, 40) || "_";
    this.#channels ??= new Map();
    const values = this.#channels.get(id);
    if (values) values[metric] ??= value;
    else this.#channels.set(id, { [metric]: value });
    this.#empty = false;
  }

  readings(): DecodedReading[] {
    const readings: DecodedReading[] = [];
    const common = {
      device: this.#device,
      time: this.#time,
      ...(this.#position ? { position: this.#position } : {}),
    };
    if (Object.keys(this.#main).length > 0) readings.push({ ...common, values: this.#main });
    if (this.#channels) {
      for (const [channel, values] of this.#channels) readings.push({ ...common, channel, values });
    }
    return readings;
  }
}
