import { randomUUID } from "node:crypto";
import type { Reading } from "@kota/model";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { CONTRACT_NOW, timeSeriesContract } from "../contract.ts";
import { openInfluxStore } from "./influx-store.ts";

interface Server {
  readonly url: string;
  readonly org: string;
  readonly token: string;
}

// The type of what the global setup provides is declared where the setup is.
const server = (inject as (name: string) => unknown)("influxdb") as Server | null;

if (server === null) {
  describe.skip("InfluxDB (no server to be had: infra/native/install.sh influxdb)", () => {
    it("keeps the contract of the time series", () => {});
  });
} else {
  timeSeriesContract("InfluxDB", async () => {
    const bucket = await makeBucket(server);
    const open = () => openInfluxStore({ ...server, bucket: bucket.name, clock: () => CONTRACT_NOW });
    return { store: await open(), reopen: open, remove: () => bucket.remove() };
  });

  describe("the InfluxDB store on a real server", () => {
    let bucket: Awaited<ReturnType<typeof makeBucket>>;

    beforeEach(async () => {
      bucket = await makeBucket(server);
    });

    afterEach(() => bucket.remove());

    const open = (more: object = {}) => openInfluxStore({ ...server, bucket: bucket.name, ...more });

    it("refuses to open a bucket that is not there, and says how to make it", async () => {
      const opening = open({ bucket: "nowhere" });
      await expect(opening).rejects.toMatchObject({ code: "store_refused", retry: "never" });
      await expect(opening).rejects.toThrow(/influx bucket create .*nowhere/);
      await expect(open({ org: "nobody" })).rejects.toMatchObject({ code: "store_refused" });
    });

    it("refuses to open with a wrong token, or with one that may not write or not read", async () => {
      await expect(open({ token: "wrong" })).rejects.toMatchObject({ code: "store_refused" });
      for (const action of ["read", "write"] as const) {
        const token = await makeToken(server, bucket.id, [action]);
        const opening = open({ token });
        await expect(opening).rejects.toMatchObject({ code: "store_refused" });
        await expect(opening).rejects.not.toThrow(token);
      }
      await (await open({ token: await makeToken(server, bucket.id, ["read", "write"]) })).close();
    });

    it("refuses readings whose field has another type, and stores the others", async () => {
      const now = Date.now();
      await writeLines(server, bucket.name, `readings,device=other pm10="a string" ${now}000000`);
      const store = await open();
      const readings = Array.from({ length: 20 }, (_, i) =>
        reading("a", now + i, i % 7 === 3 ? { pm10: i } : { no2: i }),
      );
      const refusals = await store.writeReadings(readings);
      expect(refusals.map((refusal) => refusal.reading)).toEqual([readings[3], readings[10], readings[17]]);
      expect(refusals[0]?.reason).toMatch(/field type conflict/);
      expect(await store.countReadings()).toBe(17);
      await store.close();
    });

    it("refuses readings whose device's name is too long for it, and stores the others", async () => {
      const store = await open();
      const now = Date.now();
      const long = reading("x".repeat(70_000), now, { pm10: 1 });
      const refusals = await store.writeReadings([
        reading("a", now, { pm10: 1 }),
        long,
        reading("b", now, { pm10: 1 }),
      ]);
      expect(refusals.map((refusal) => refusal.reading)).toEqual([long]);
      expect(refusals[0]?.reason.length).toBeLessThan(500);
      expect(await store.countReadings()).toBe(2);
      await store.close();
    });

    it("refuses readings that are older than the retention, one by one or all of them", async () => {
      await bucket.remove();
      bucket = await makeBucket(server, 3600);
      const warnings: string[] = [];
      const store = await open({ logger: { warn: (_: object, message: string) => warnings.push(message) } });
      const now = Date.now();
      const old = [1, 2, 3].map((day) => reading("old", now - day * 86_400_000, { pm10: 1 }));
      expect(await store.writeReadings(old)).toHaveLength(3);
      const mixed = [reading("a", now, { pm10: 1 }), ...old, reading("b", now, { pm10: 1 })];
      expect((await store.writeReadings(mixed)).map((refusal) => refusal.reading)).toEqual(old);
      expect(await store.countReadings()).toBe(2);
      await store.writeRejections([
        {
          ...{ id: "r", time: now - 86_400_000, stage: "normalize", code: "not_json", reason: "", topic: "" },
          ...{ source: "mqtt", payload: "", size: 0, adapter: null, device: null },
        },
      ]);
      expect(warnings).toHaveLength(1);
      await store.close();
    });

    it("counts a reading of many metrics once, in a bucket that others write to as well", async () => {
      await writeLines(server, bucket.name, `weather,device=a pm10=1 ${Date.now()}000000`);
      const store = await open();
      await store.writeReadings([reading("a", Date.now(), { pm10: 1, no2: 2, o3: 3 })]);
      expect(await store.countReadings()).toBe(1);
      expect(await store.latest()).toHaveLength(3);
      await store.close();
    });
  });
}

function reading(device: string, time: number, values: Record<string, number>): Reading {
  return { device, time, values, adapter: "test@1", receivedAt: time };
}

async function makeBucket(server: Server, retentionSeconds = 0) {
  const { orgs } = await api(server, "GET", `/api/v2/orgs?org=${encodeURIComponent(server.org)}`);
  const name = `test-${randomUUID()}`;
  const { id } = await api(server, "POST", "/api/v2/buckets", {
    orgID: orgs[0].id,
    name,
    retentionRules: retentionSeconds === 0 ? [] : [{ type: "expire", everySeconds: retentionSeconds }],
  });
  return { id, name, remove: () => api(server, "DELETE", `/api/v2/buckets/${id}`) };
}

async function makeToken(
  server: Server,
  bucketId: string,
  actions: readonly ("read" | "write")[],
): Promise<string> {
  const { orgs } = await api(server, "GET", `/api/v2/orgs?org=${encodeURIComponent(server.org)}`);
  const orgID = orgs[0].id;
  const permissions = actions.map((action) => ({
    action,
    resource: { type: "buckets", id: bucketId, orgID },
  }));
  return (await api(server, "POST", "/api/v2/authorizations", { orgID, permissions })).token;
}

async function writeLines(server: Server, bucket: string, lines: string): Promise<void> {
  await api(server, "POST", `/api/v2/write?${new URLSearchParams({ org: server.org, bucket })}`, lines);
}

async function api(server: Server, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Token ${server.token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
