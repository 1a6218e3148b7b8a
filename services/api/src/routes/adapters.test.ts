import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { startTestApi } from "../test-setup.ts";

describe("the adapters", () => {
  it("are listed with where each comes from, and what is wrong with it", async () => {
    const api = await startTestApi(cleanup);
    const { status, body } = await api.get("/v1/adapters");
    expect(status).toBe(200);
    expect(body.adapters).toEqual([
      {
        id: "plain",
        kind: "mapping",
        label: "plain@1",
        title: "Title of plain",
        source: "adapters/plain.yaml",
        topics: ["plain/+"],
        state: "active",
        error: null,
        note: "Raise its version.",
      },
      expect.objectContaining({ id: "broken", label: null, topics: [], state: "refused", error: "Line 3." }),
      expect.objectContaining({ id: "the-things-stack", kind: "built-in", source: "kota" }),
    ]);
  });
});

describe("a device", () => {
  it("has a codec of the city, and no other", async () => {
    const api = await startTestApi(cleanup);
    const device = { name: "Node", kind: "air", codec: "broken" };
    expect((await api.send("PUT", "/v1/devices/node", device)).body).toMatchObject({ codec: "broken" });
    expect((await api.get("/v1/devices/node/registration")).body.codec).toBe("broken");
    const other = await api.send("PUT", "/v1/devices/node-2", { ...device, codec: "borken" });
    expect(other.status).toBe(400);
    expect(other.body.detail).toContain("no adapters/borken.js; its codecs are broken");
  });
});
