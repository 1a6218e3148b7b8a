import { CitySettings, type Device } from "@kota/model";
import { describe, expect, it } from "vitest";
import { createRegistry } from "./registry.ts";

function device(id: string, over: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    kind: "air",
    adapter: null,
    nativeId: null,
    area: null,
    lat: null,
    lon: null,
    origin: "live",
    attribution: null,
    ...over,
  };
}

function registry(devices: Device[], adopt: string[] = []) {
  return createRegistry({
    settings: CitySettings.parse({ name: "Test", timeZone: "UTC", devices: { adopt } }),
    devices,
  });
}

describe("the registry", () => {
  const devices = [
    device("air-1", { adapter: "sensor-community", nativeId: "8554" }),
    device("plug-1", { adapter: "tasmota" }),
    device("plug-1-probe", { adapter: "tasmota", nativeId: "plug-1:DS18B20" }),
    device("any-1"),
    device("mac", { adapter: "purpleair", nativeId: "84:f3:eb:d8:e0:48" }),
  ];

  it.each([
    ["by native id of its adapter", "sensor-community", "8554", undefined, "air-1"],
    ["by id where it has no native id", "tasmota", "plug-1", undefined, "plug-1"],
    ["of any adapter", "kota-json", "any-1", undefined, "any-1"],
    ["with ':' in its native id", "purpleair", "84:f3:eb:d8:e0:48", undefined, "mac"],
    ["with a row for a channel", "tasmota", "plug-1", "DS18B20", "plug-1-probe"],
    ["with a channel that has no row", "tasmota", "plug-1", "SHT3X", "plug-1:SHT3X"],
  ])("finds a device %s", (_, adapter, native, channel, id) => {
    expect(registry(devices).resolve(adapter, native, channel, "t").id).toBe(id);
  });

  it.each([
    ["an unknown device", "tasmota", "plug-2", /'plug-2' of the adapter tasmota is not registered/],
    ["a native id of another adapter", "tasmota", "8554", /Only the adapter sensor-community may speak for/],
    ["an id of another adapter", "kota-json", "air-1", /Only the adapter sensor-community may speak for/],
    ["an id where the device has a native id", "sensor-community", "air-1", /not registered/],
  ])("does not know %s", (_, adapter, native, reason) => {
    const resolution = registry(devices).resolve(adapter, native, undefined, "tele/x/SENSOR");
    expect(resolution.id).toBeNull();
    expect(resolution.reason).toMatch(reason);
  });

  it("knows the codec of a device by its native id, and of no other", () => {
    const found = registry([
      device("node-1", { adapter: "chirpstack", nativeId: "0101010101010101", codec: "probe" }),
      device("node-2", { adapter: "chirpstack" }),
    ]);
    expect(found.codecOf("chirpstack", "0101010101010101")).toBe("probe");
    expect(found.codecOf("the-things-stack", "0101010101010101")).toBeNull();
    expect(found.codecOf("chirpstack", "node-2")).toBeNull();
    expect(found.codecOf("chirpstack", "nobody")).toBeNull();
  });

  it("adopts on the topics of the city, and nowhere else", () => {
    const adopting = registry(devices, ["tele/#"]);
    expect(adopting.resolve("tasmota", "plug-2", undefined, "tele/plug-2/SENSOR").id).toBe("plug-2");
    expect(adopting.resolve("tasmota", "plug-2", "DHT22", "tele/plug-2/SENSOR").id).toBe("plug-2:DHT22");
    expect(adopting.resolve("kota-json", "plug-2", undefined, "kota/v1/plug-2").id).toBeNull();
  });

  it("lets no adopted device speak for a registered one", () => {
    expect(
      registry(devices, ["#"]).resolve("kota-json", "plug-1", undefined, "kota/v1/plug-1").id,
    ).toBeNull();
  });

  it.each(["Air Quality Sensor", "kitchen/plug", "x".repeat(121), "a\nb", "<b>"])(
    "does not adopt %j under its own id",
    (native) => {
      const resolution = registry([], ["#"]).resolve("zigbee2mqtt", native, undefined, "t");
      expect(resolution.id).toBeNull();
      expect(resolution.reason).toMatch(/with this native id/);
    },
  );

  it("refuses two rows that are the same device", () => {
    const twice = [
      device("a", { adapter: "tasmota", nativeId: "x" }),
      device("b", { adapter: "tasmota", nativeId: "x" }),
    ];
    expect(() => registry(twice)).toThrow(/'a' and 'b' are both 'x' of the adapter tasmota/);
    const apart = [
      device("a", { adapter: "tasmota", nativeId: "x" }),
      device("b", { adapter: "kota-json", nativeId: "x" }),
    ];
    expect(registry(apart).resolve("kota-json", "x", undefined, "t").id).toBe("b");
    expect(registry(apart).resolve("tasmota", "x", undefined, "t").id).toBe("a");
  });
});
