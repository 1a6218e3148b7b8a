import { connect, createServer } from "node:net";
import { KotaError } from "@kota/model";
import { createLogger, createMetrics } from "@kota/runtime";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { createApi } from "./api.ts";
import { CITY, NORMALIZING, NOTIFY, NOW, openTestPorts, replacing, startTestApi } from "./test-setup.ts";

describe("the HTTP service", () => {
  it("that finds its port taken names the setting that moves it", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    cleanup(() => void other.close());
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const api = createApi({
      ...(await openTestPorts(cleanup)),
      city: CITY,
      config: { httpHost: "127.0.0.1", httpPort: port, adminToken: null, readToken: null },
      normalizing: NORMALIZING,
      clock: () => NOW,
      logger: createLogger({ level: "silent", format: "json" }),
      metrics: createMetrics(),
      version: "1.2.3",
      notify: NOTIFY,
    });
    cleanup(() => api.stop());
    await expect(api.start()).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringContaining("KOTA_HTTP_PORT"),
    });
  });

  it("serves what another service mounts on its port, with the body unread, and nothing else of its path", async () => {
    const api = await startTestApi(cleanup, {
      mounted: {
        path: "/in",
        async handle(request, response) {
          let body = "";
          for await (const chunk of request) body += String(chunk);
          response.writeHead(202).end(`${request.method} ${request.url} ${body}`);
        },
      },
    });
    const send = async (path: string, type: string) => {
      const response = await fetch(`${api.api.url}${path}`, {
        method: "POST",
        body: "x".repeat(2_000_000),
        headers: { "content-type": type },
      });
      return `${response.status} ${(await response.text()).slice(0, 40)}`;
    };
    expect(await send("/in/a/b?c=d", "application/json")).toMatch("202 POST /in/a/b?c=d xxx");
    expect(await send("/in/a", "image/png")).toMatch("202 POST /in/a xxx");
    expect(await send("/inside", "image/png")).toMatch(/^40/);
    expect(await (await startTestApi(cleanup)).problem("/in/kota")).toMatchObject({ status: 404 });
  });

  it("answers with a problem and no word of the inside when something fails in it", async () => {
    const ports = await openTestPorts(cleanup);
    const failing = (error: Error) => replacing(ports.store, { countReadings: () => Promise.reject(error) });
    const broken = await startTestApi(cleanup, { ...ports, store: failing(new Error("secret: database")) });
    const problem = await broken.problem("/v1/readings/count");
    expect(problem).toMatchObject({ status: 500, code: "internal", title: "Internal error" });
    expect(JSON.stringify(problem)).not.toContain("secret");

    const refused = new KotaError("store_unavailable", "secret host", { retryAfterMs: 1_000 });
    const away = await startTestApi(cleanup, { ...ports, store: failing(refused) });
    const answer = await away.get("/v1/readings/count");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(answer.body).toMatchObject({ code: "store_unavailable" });
    expect(answer.text).not.toContain("secret");
  });

  it("does not give a list that is still being filled", async () => {
    const ports = await openTestPorts(cleanup);
    const store = replacing(ports.store, { latest: () => Promise.reject(new Error("no route")) });
    const api = createApi({
      log: ports.log,
      store,
      city: CITY,
      config: { httpHost: "127.0.0.1", httpPort: 0, adminToken: null, readToken: null },
      normalizing: NORMALIZING,
      clock: () => NOW,
      logger: createLogger({ level: "silent", format: "json" }),
      metrics: createMetrics(),
      version: "1.2.3",
      notify: NOTIFY,
    });
    cleanup(() => api.stop());
    await api.start();
    const response = await fetch(`${api.url}/v1/devices`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "not_ready" });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  it.each(["/v1/devices/%E0%A4%A", `/v1/devices/${"x".repeat(500)}`])(
    "answers the address %s with a problem",
    async (path) => {
      const api = await startTestApi(cleanup);
      const problem = await api.problem(path);
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.status).toBeLessThan(500);
    },
  );

  it("answers what is not HTTP with a problem and hangs up", async () => {
    const api = await startTestApi(cleanup);
    const { port, hostname } = new URL(api.api.url);
    const socket = connect(Number(port), hostname);
    cleanup(() => void socket.destroy());
    socket.write("HELLO\r\n\r\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    const [head, body] = text.split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json/s);
    expect(JSON.parse(body ?? "")).toMatchObject({ status: 400, code: "bad_request" });
  });
});
