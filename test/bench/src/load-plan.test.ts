import { describe, expect, it } from "vitest";
import { eventTimeOf, type LoadPlan, preparePackets } from "./load-plan.ts";

const plan: LoadPlan = {
  host: "127.0.0.1",
  port: 1883,
  topicPrefix: "kota/v1/",
  messages: 25,
  devices: 10,
  connections: 3,
  window: 5,
  rate: 0,
  start: Date.UTC(2026, 0, 1),
  stepMs: 1000,
};

/** Device and time of each message, taken out of the packets' text. */
function identities(): string[] {
  return [0, 1, 2].flatMap((connection) => {
    const { bytes, ends } = preparePackets(plan, connection);
    return ends.map((end, n) => {
      const text = bytes.subarray(ends[n - 1] ?? 0, end).toString("latin1");
      const { device, time } = JSON.parse(text.slice(text.indexOf('{"'))) as { device: string; time: string };
      expect(text).toContain(`kota/v1/${device}`);
      return `${device} ${time}`;
    });
  });
}

describe("a load", () => {
  it("has as many messages as asked for, and no device and time twice", () => {
    expect(new Set(identities()).size).toBe(25);
  });

  it.each([10, 500, 1000, 100_000])("says something new in each message of %i devices", (devices) => {
    const { bytes, ends } = preparePackets({ ...plan, devices, connections: 1, messages: 3 * devices }, 0);
    const pm10Of = (n: number) => {
      const text = bytes.subarray(ends[n - 1] ?? 0, ends[n]).toString("latin1");
      return (JSON.parse(text.slice(text.indexOf('{"'))) as { values: { pm10: number } }).values.pm10;
    };
    for (const n of [0, 7]) {
      const values = [pm10Of(n), pm10Of(n + devices), pm10Of(n + 2 * devices)];
      expect(new Set(values).size).toBe(3);
    }
  });

  it("has temperatures that no sensor is suspected for", () => {
    const { bytes, ends } = preparePackets({ ...plan, devices: 1, connections: 1, messages: 600 }, 0);
    const temperatures = ends.map((end, n) => {
      const text = bytes.subarray(ends[n - 1] ?? 0, end).toString("latin1");
      return (JSON.parse(text.slice(text.indexOf('{"'))) as { values: { temperature: number } }).values
        .temperature;
    });
    for (const [n, here] of temperatures.entries())
      expect(Math.abs(here - (temperatures[n - 1] ?? here))).toBeLessThan(0.02);
    expect(new Set(temperatures).size).toBeGreaterThan(100);
  });

  it("lies in the event time that it names", () => {
    const { from, to } = eventTimeOf(plan);
    for (const identity of identities()) {
      const time = Date.parse(identity.split(" ")[1] ?? "");
      expect(time).toBeGreaterThanOrEqual(from);
      expect(time).toBeLessThan(to);
    }
  });

  it("has no two devices that all send in the same millisecond", () => {
    const times = identities().map((identity) => identity.split(" ")[1]);
    expect(new Set(times).size).toBe(25);
  });

  it("has messages of about 160 bytes", () => {
    const { bytes, ends } = preparePackets({ ...plan, messages: 3000, connections: 1 }, 0);
    const overhead = "kota/v1/bench-000000".length + 7;
    expect(bytes.length / ends.length - overhead).toBeGreaterThan(140);
    expect(bytes.length / ends.length - overhead).toBeLessThan(180);
  });
});
