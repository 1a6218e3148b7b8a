import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Reading } from "@kota/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TimeSeriesStore } from "../port.ts";
import { openInfluxStore } from "./influx-store.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

/** What the other end does with a write of these lines. */
type Fault = (lines: readonly string[], response: ServerResponse, request: IncomingMessage) => void;

describe("the InfluxDB store, when the other end", () => {
  let server: Server;
  let url: string;
  let store: TimeSeriesStore;
  let writes: (readonly string[])[];
  let fault: Fault;

  beforeEach(async () => {
    writes = [];
    fault = (_, response) => response.writeHead(204).end();
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      if (request.url?.startsWith("/api/v2/query")) return response.writeHead(200).end();
      const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
      const lines = text.split("\n");
      if (text !== "") writes.push(lines);
      return text === "" ? response.writeHead(204).end() : fault(lines, response, request);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    store = await openInfluxStore({ ...credentials, url, clock: () => NOON });
  });

  afterEach(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });

  const credentials = { org: "city", bucket: "kota", token: "a-secret" };
  const readings = (count: number): Reading[] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ device: `d-${i}`, time: NOON + i, values: { pm10: i }, adapter: "test@1", receivedAt: NOON },
    }));
  const answer = (
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
  ): Fault => {
    return (_, response) =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify({ code, message }));
  };
  const isBad = (line: string) => /device=d-(13|14|2999) /.test(line);

  it("does not answer, holds up no close: what was under way fails", async () => {
    fault = () => {};
    const written = store.writeReadings(readings(1)).then(
      () => "written",
      (error: unknown) => (error as { code?: string }).code,
    );
    while (writes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const begun = performance.now();
    await store.close();
    expect(performance.now() - begun).toBeLessThan(4000);
    expect(await written).toBe("store_unavailable");
  });

  it("takes all, has each line once, compressed where that pays", async () => {
    const encodings: (string | undefined)[] = [];
    fault = (_, response, request) => {
      encodings.push(request.headers["content-encoding"]);
      response.writeHead(204).end();
    };
    expect(await store.writeReadings(readings(12_000))).toEqual([]);
    expect(await store.writeReadings(readings(1))).toEqual([]);
    expect(writes.map((lines) => lines.length)).toEqual([5000, 5000, 2000, 1]);
    expect(new Set(writes.slice(0, 3).flat()).size).toBe(12_000);
    expect(encodings).toEqual(["gzip", "gzip", "gzip", undefined]);
  });

  it("refuses a whole request for its bad lines (400), stores the others and names the bad ones", async () => {
    const stored = new Set<string>();
    fault = (lines, response, request) => {
      if (lines.some(isBad))
        return answer(400, "invalid", "unable to parse a line")(lines, response, request);
      for (const line of lines) stored.add(line);
      return response.writeHead(204).end();
    };
    const all = readings(3000);
    const refusals = await store.writeReadings(all);
    expect(refusals).toEqual(
      [13, 14, 2999].map((i) => ({ reading: all[i], reason: "unable to parse a line" })),
    );
    expect(stored.size).toBe(2997);
    expect(writes.length).toBeLessThan(80);
  });

  it("stores a part of a request (422), names the lines that it dropped", async () => {
    const stored = new Set<string>();
    fault = (lines, response, request) => {
      for (const line of lines) if (!isBad(line)) stored.add(line);
      const bad = lines.filter(isBad).length;
      if (bad === 0) return response.writeHead(204).end();
      return answer(422, "unprocessable entity", `partial write: type conflict dropped=${bad}`)(
        lines,
        response,
        request,
      );
    };
    const refusals = await store.writeReadings(readings(3000));
    expect(refusals.map(({ reading }) => reading.device)).toEqual(["d-13", "d-14", "d-2999"]);
    expect(stored.size).toBe(2997);
  });

  it("finds a request too large (413), sends halves, and refuses only what is too large alone", async () => {
    fault = (lines, response, request) =>
      lines.length > 100 || lines.some((line) => line.includes("d-7 "))
        ? answer(413, "request too large", "too large")(lines, response, request)
        : response.writeHead(204).end();
    const refusals = await store.writeReadings(readings(1000));
    expect(refusals.map(({ reading }) => reading.device)).toEqual(["d-7"]);
    expect(new Set(writes.filter((lines) => lines.length <= 100).flat()).size).toBe(1000);
  });

  it.each([429, 503])(
    "wants to be left alone (%d), passes its wish on and tries nothing by itself",
    async (status) => {
      fault = answer(status, "too many requests", "slow down", { "retry-after": "7" });
      await expect(store.writeReadings(readings(1))).rejects.toMatchObject({
        ...{ code: "store_unavailable", retry: "later", retryAfterMs: 7000 },
      });
      expect(writes).toHaveLength(1);
      fault = answer(status, "", "", { "retry-after": new Date(NOON + 90_000).toUTCString() });
      await expect(store.writeReadings(readings(1))).rejects.toMatchObject({ retryAfterMs: 90_000 });
      fault = answer(status, "", "");
      await expect(store.writeReadings(readings(1))).rejects.toMatchObject({ retryAfterMs: undefined });
    },
  );

  it.each([500, 502, 504, 408])("fails (%d), says that trying again may help", async (status) => {
    fault = answer(status, "internal error", "it broke");
    await expect(store.writeReadings(readings(10))).rejects.toMatchObject({ code: "store_unavailable" });
    expect(writes).toHaveLength(1);
  });

  it.each([
    [401, "unauthorized", /token that may read and write the bucket 'kota'/],
    [403, "forbidden", /token/],
    [404, "not found", /influx bucket create --org 'city' --name 'kota'/],
  ])("does not let it in (%d), says what to do, without the token", async (status, code, remedy) => {
    fault = answer(status, code, "no");
    const writing = store.writeReadings(readings(10));
    await expect(writing).rejects.toMatchObject({ code: "store_refused", retry: "never" });
    await expect(writing).rejects.toThrow(remedy);
    await expect(writing).rejects.not.toThrow("a-secret");
  });

  it("is something else than InfluxDB, does not take its answers for refused lines or for a success", async () => {
    fault = (_, response) =>
      response.writeHead(400, { "content-type": "text/html" }).end("<h1>Bad Request</h1>");
    await expect(store.writeReadings(readings(100))).rejects.toMatchObject({ code: "store_refused" });
    expect(writes).toHaveLength(1);
    fault = (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>");
    await expect(store.writeReadings(readings(100))).rejects.toMatchObject({ code: "store_refused" });
  });

  it("breaks the connection, says that trying again may help, and goes on when it is back", async () => {
    fault = (_, __, request) => request.socket.destroy();
    await expect(store.writeReadings(readings(10))).rejects.toMatchObject({ code: "store_unavailable" });
    fault = (_, response) => response.writeHead(204).end();
    expect(await store.writeReadings(readings(10))).toEqual([]);
  });

  it("does not answer, gives up in time and ends the request", async () => {
    let ended = false;
    fault = (_, __, request) => {
      request.socket.on("close", () => {
        ended = true;
      });
    };
    const hasty = await openInfluxStore({ ...credentials, url, timeoutMs: 500 });
    const writing = hasty.writeReadings(readings(10));
    await expect(writing).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(writing).rejects.toThrow(/no answer in time/);
    await expect.poll(() => ended).toBe(true);
    await hasty.close();
  });

  it("fails in the middle of a large write, has no refusals but an error", async () => {
    fault = (lines, response, request) =>
      writes.length > 3
        ? answer(503, "unavailable", "gone")(lines, response, request)
        : answer(400, "invalid", "bad")(lines, response, request);
    await expect(store.writeReadings(readings(100))).rejects.toMatchObject({ code: "store_unavailable" });
  });

  it("is not there, says so at once", async () => {
    const opening = openInfluxStore({ ...credentials, url: "http://127.0.0.1:9" });
    await expect(opening).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:9 cannot be reached.*ECONNREFUSED/);
  });

  it.each(["influxdb:8086", "localhost", "ftp://localhost"])(
    "has the address %s, asks for a right one",
    async (address) => {
      await expect(openInfluxStore({ ...credentials, url: address })).rejects.toMatchObject({
        code: "config_invalid",
      });
    },
  );
});

describe("a query of the InfluxDB store", () => {
  it("that fails after its first rows is an error, not a short answer", async () => {
    const server = createServer((request, response) => {
      request.resume();
      if (request.url?.startsWith("/api/v2/write")) return response.writeHead(204).end();
      return response
        .writeHead(200, { "content-type": "text/csv" })
        .end(
          "#datatype,string,long,dateTime:RFC3339,double\r\n#group,false,false,false,false\r\n#default,_result,,,\r\n" +
            ",result,table,_time,_value\r\n,,0,2026-06-01T12:00:00Z,1\r\n\r\n" +
            "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,query ran out of memory,\r\n",
        );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(openInfluxStore({ url, org: "o", bucket: "b", token: "t" })).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining("query ran out of memory"),
    });
    server.close();
  });
});
