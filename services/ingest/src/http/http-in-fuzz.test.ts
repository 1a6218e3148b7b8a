import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MESSAGES } from "@kota/event-log";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { type Cleanup, everything, ingestOn, openTestLog } from "../test-setup.ts";

const cleanup: Cleanup = (undo) =>
  onTestFinished(async () => {
    await undo();
  });
const TOKEN = "a-token-of-good-length";

const BODIES = [
  {
    end_device_ids: { device_id: "bin-1", application_ids: { application_id: "bins" } },
    uplink_message: { f_port: 1, decoded_payload: { fill_level: 40 } },
  },
  {
    deduplicationId: "1",
    deviceInfo: { applicationId: "48b8", devEui: "0101010101010101" },
    object: { temperature: 20 },
  },
  { esp8266id: "1", sensordatavalues: [{ value_type: "SDS_P2", value: "4.5" }] },
  { device: "d", values: { pm2_5: 4 } },
].map((body) => Buffer.from(JSON.stringify(body)));

const body = fc.oneof(
  fc.uint8Array({ maxLength: 500 }),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom(...BODIES), fc.nat(), fc.uint8Array({ maxLength: 8 }), fc.boolean())
    .map(([bytes, place, more, cut]) => {
      const at = place % bytes.length;
      return Buffer.concat([bytes.subarray(0, at), more, cut ? Buffer.alloc(0) : bytes.subarray(at)]);
    }),
);
const level = fc.oneof(
  fc.constantFrom("tele", "a b", "..", "%2e", "%", "%ff", "$SYS", "+", "#", ""),
  fc.string({ maxLength: 20 }),
);
const path = fc.oneof(
  fc.constantFrom(
    "/in/kota",
    "/in/the-things-stack?tenant=ttn",
    "/in/the-things-stack",
    "/in/chirpstack?event=up",
    "/in/chirpstack",
    "/in/sensor-community",
  ),
  fc
    .array(level, { maxLength: 4 })
    .map(
      (levels) =>
        `/in/message/${levels.map((one) => (/^[%.+#$]/.test(one) ? one : encodeURIComponent(one))).join("/")}`,
    ),
  level.map((one) => `/in/chirpstack?event=${encodeURIComponent(one)}`),
);

it("Whatever comes over HTTP is in the log as it came, once for each 202, or is refused in words", async () => {
  const log = await openTestLog(cleanup);
  const { ingest } = ingestOn(log, cleanup, { config: { ingestToken: [TOKEN] } });
  const server = createServer((request, response) => ingest.http.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => {
    server.closeAllConnections();
    server.close();
  });
  await ingest.start();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accepted: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      path,
      body,
      fc.constantFrom("application/json", "text/plain", "application/octet-stream"),
      async (where, bytes, type) => {
        const response = await fetch(url + where, {
          method: "POST",
          body: Uint8Array.from(bytes),
          headers: { authorization: `Bearer ${TOKEN}`, "content-type": type, "x-sensor": "esp8266-1" },
        });
        const answer = (await response.json()) as { readonly topic?: string; readonly detail?: string };
        if (response.status === 202) accepted.push(`${answer.topic} ${Buffer.from(bytes).toString("hex")}`);
        else {
          expect([400, 404, 413, 415]).toContain(response.status);
          expect(answer.detail?.length).toBeGreaterThan(10);
        }
      },
    ),
    { numRuns: 300 },
  );
  const kept = (await everything(log, MESSAGES)).map(
    ({ topic, payload }) => `${topic} ${Buffer.from(payload).toString("hex")}`,
  );
  expect(accepted.length).toBeGreaterThan(50);
  expect(kept.sort()).toEqual(accepted.sort());
}, 60_000);
