import { SERVICE_NAMES } from "@kota/runtime";
import { publishLoad } from "@kota/simulator";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";
import { BAD_INPUT } from "./bad-input.ts";
import { eventually } from "./kota-process.ts";
import { type KotaStack, MISSING_SERVERS, startStack } from "./kota-stack.ts";

const influxdb = inject("influxdb");

/** The count that a person would make by hand: points of one metric, whatever kota thinks it stored. */
async function countByFlux(prefix: string): Promise<number> {
  if (!influxdb) throw new Error("no InfluxDB");
  const flux = `from(bucket: "${influxdb.bucket}") |> range(start: 0, stop: 2100-01-01T00:00:00Z)
    |> filter(fn: (r) => r._measurement == "readings" and r._field == "pm2_5" and r.device =~ /^${prefix}-/)
    |> group() |> count()`;
  const response = await fetch(`${influxdb.url}/api/v2/query?org=${influxdb.org}`, {
    method: "POST",
    headers: {
      authorization: `Token ${influxdb.token}`,
      "content-type": "application/vnd.flux",
      accept: "application/csv",
    },
    body: flux,
  });
  const [header = "", row = ""] = (await response.text()).trim().split(/\r?\n/);
  return Number(row.split(",")[header.split(",").indexOf("_value")] ?? 0);
}

describe.skipIf(MISSING_SERVERS !== "")(
  `every service as a process of its own on real servers${MISSING_SERVERS ? ` (missing: ${MISSING_SERVERS})` : ""}`,
  () => {
    let stack: KotaStack;
    let api: ApiClient;

    beforeAll(async () => {
      stack = await startStack();
      api = apiClient(stack.apiUrl);
    }, 200_000);

    afterAll(async () => {
      await stack?.stop();
    });

    it("shows a Tasmota payload in the API within a second of its publication", async () => {
      const client = await connectAsync(stack.mqttUrl);
      // The first message pays for consumers that have just joined; a person sees the second.
      for (const device of ["warm-up", "stack-plug"]) {
        const begun = Date.now();
        await client.publishAsync(`tele/${device}/SENSOR`, '{"ENERGY":{"Total":7.25,"Power":55}}', {
          qos: 1,
        });
        await eventually(
          async () => ((await api.latest(device)).power === 55 ? true : undefined),
          15_000,
          "the value",
        );
        await eventually(
          async () => ((await api.count(device)) === 1 ? true : undefined),
          15_000,
          "the count",
        );
        if (device === "stack-plug") expect(Date.now() - begun).toBeLessThan(1000);
      }
      await client.endAsync();
    });

    it("ends bad input as rejections with their codes", async () => {
      const client = await connectAsync(stack.mqttUrl);
      // Mosquitto ends a connection that names a topic with control characters.
      const taken = BAD_INPUT.filter(({ topic }) => !/\p{Cc}/u.test(topic));
      for (const { topic, payload } of taken) await client.publishAsync(topic, payload, { qos: 1 });
      for (const { topic, payload, code, name } of taken) {
        const size = Buffer.byteLength(payload);
        await eventually(
          async () =>
            (await api.rejections(`?code=${code}`)).find((row) => row.topic === topic && row.size === size),
          10_000,
          `the rejection of ${name}`,
        );
      }
      await client.endAsync();
    });

    it("stores exactly what was acknowledged while each service is killed and started again", async () => {
      const messages = 40_000;
      const load = publishLoad({
        url: stack.mqttUrl,
        messages,
        devices: 1000,
        connections: 4,
        window: 250,
        rate: 4000,
        prefix: "stacked",
        start: Date.now() - 3_600_000,
      });
      for (const name of SERVICE_NAMES) {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await stack.replace(name);
      }
      expect((await load).acknowledged).toBe(messages);
      await eventually(
        async () => ((await countByFlux("stacked")) >= messages ? true : undefined),
        60_000,
        "all readings in InfluxDB",
      );
      expect(await countByFlux("stacked")).toBe(messages);
    }, 180_000);

    it("publishes scores", async () => {
      const client = await connectAsync(stack.mqttUrl);
      const now = Date.now();
      for (const device of ["noise-leith-1", "noise-leith-2"]) {
        const readings = Array.from({ length: 58 }, (_, minute) => ({
          device,
          time: now - minute * 60_000,
          values: { noise_laeq: 51.5 },
        }));
        await client.publishAsync("kota/v1", JSON.stringify(readings), { qos: 1 });
      }
      const score = await eventually(
        async () => {
          const rows = await api.scores("?area=leith&level=all");
          return rows.find((row) => row.indicator === "laeq_hour" && row.score !== null);
        },
        15_000,
        "the score",
      );
      expect(score.value).toBeCloseTo(51.5, 5);
      await client.endAsync();
    });

    it("stops cleanly on SIGTERM", async () => {
      for (const name of SERVICE_NAMES) {
        expect(await stack.process(name)?.end("SIGTERM"), name).toEqual({ code: 0, signal: null });
      }
    });
  },
);
