import { describe, expect, it } from "vitest";
import { createMovedDevices } from "./moved-devices.ts";

const at = (time: number, lat: number, device = "bus-7") => ({ device, lat, lon: 106.8, time });

describe("the devices that moved", () => {
  it("are those that are somewhere else than before, each at its newest place", () => {
    const moved = createMovedDevices();
    const first = moved.newOf([at(2, -6.3), at(1, -6.2), at(3, -6.1, "bus-8")]);
    expect(first).toEqual([at(2, -6.3), at(3, -6.1, "bus-8")]);
    for (const position of first) moved.keep(position);
    moved.keep(at(1, -6.9));
    expect(moved.newOf([at(4, -6.300_001), at(4, -6.2, "bus-8")])).toEqual([at(4, -6.2, "bus-8")]);
    expect(moved.newOf([at(1, -6.9)])).toEqual([]);
  });

  it("are told again as long as the log does not have them", () => {
    const moved = createMovedDevices();
    expect(moved.newOf([at(1, -6.2)])).toHaveLength(1);
    expect(moved.newOf([at(1, -6.2)])).toHaveLength(1);
  });
});
