import { connect } from "node:net";
import { READINGS, REJECTIONS, SCORES } from "@kota/event-log";
import { onTestFinished as cleanup, describe, expect, it, vi } from "vitest";
import { NOW, reading, rejection, score, startTestApi, type TestApi, until } from "../test-setup.ts";

interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of an event
  readonly data: any;
}

async function openStream(api: TestApi, path = "/v1/stream", headers: Record<string, string> = {}) {
  const abort = new AbortController();
  cleanup(() => abort.abort());
  const response = await fetch(`${api.api.url}${path}`, { headers, signal: abort.signal });
  const events = read(response);
  return {
    headers: response.headers,
    close: () => abort.abort(),
    async next(): Promise<StreamEvent> {
      const { value, done } = await events.next();
      if (done) throw new Error("the stream ended");
      return value;
    },
    async ended(): Promise<void> {
      while (!(await events.next()).done);
    },
  };
}

async function* read(response: Response): AsyncGenerator<StreamEvent, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(frame)?.[1];
      const data = field("data");
      if (data !== undefined) yield { id: field("id"), event: field("event"), data: JSON.parse(data) };
    }
  }
}

const clients = async (api: TestApi) => (await api.metrics.streamClients.get()).values[0]?.value;

describe("the live stream", () => {
  it("greets, then tells every change of scores, readings and rejections with a growing id", async () => {
    const api = await startTestApi(cleanup);
    const stream = await openStream(api);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(stream.headers.get("cache-control")).toBe("no-cache");
    expect(stream.headers.get("x-accel-buffering")).toBe("no");
    expect(stream.headers.get("access-control-allow-origin")).toBe("*");
    const hello = await stream.next();
    expect(hello).toMatchObject({ event: "hello", data: { city: "Test City", version: "1.2.3" } });
    expect(hello.id).toBe(String(hello.data.position));
    expect(await clients(api)).toBe(1);

    await api.log.append(SCORES, [score({ area: "leith", dimension: "environment", score: 77 })]);
    const first = await stream.next();
    expect(first).toMatchObject({ event: "score", data: { area: "leith", score: 77, aspect: null } });
    expect(first.data).toEqual((await api.get("/v1/scores?area=leith&dimension=environment")).body[0]);
    await api.log.append(READINGS, [reading("bin-1", NOW, { fill_level: 5 })]);
    const second = await stream.next();
    expect(second).toMatchObject({
      event: "reading",
      data: { device: "bin-1", time: "2026-11-24T12:00:00.000Z", values: { fill_level: 5 } },
    });
    await api.log.append(REJECTIONS, [rejection("bad")]);
    const third = await stream.next();
    expect(third).toMatchObject({ event: "rejection", data: { id: "bad", code: "no_adapter" } });
    expect([hello, first, second, third].map(({ id }) => Number(id) - hello.data.position)).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it("gives a client that comes back what it missed", async () => {
    const api = await startTestApi(cleanup);
    const before = await openStream(api);
    await before.next();
    await api.log.append(READINGS, [reading("bin-1", NOW, { fill_level: 1 })]);
    const { id } = await before.next();
    before.close();
    await until(async () => (await clients(api)) === 0);
    const watcher = await openStream(api);
    await watcher.next();
    await api.log.append(READINGS, [reading("bin-1", NOW + 1, { fill_level: 2 })]);
    await watcher.next();
    await api.log.append(SCORES, [score({ area: "city" })]);
    await watcher.next();

    const back = await openStream(api, "/v1/stream", { "last-event-id": id ?? "" });
    expect(await back.next()).toMatchObject({ event: "hello" });
    expect(await back.next()).toMatchObject({ event: "reading", data: { values: { fill_level: 2 } } });
    expect(await back.next()).toMatchObject({ event: "score", data: { area: "city" } });
    await api.log.append(READINGS, [reading("bin-1", NOW + 2, { fill_level: 3 })]);
    expect(await back.next()).toMatchObject({ event: "reading", data: { values: { fill_level: 3 } } });
  });

  it.each(["1", "of another run"])(
    "tells a client with the unknown position '%s' to start over",
    async (id) => {
      const api = await startTestApi(cleanup);
      const stream = await openStream(api, "/v1/stream", { "last-event-id": id });
      expect(await stream.next()).toMatchObject({ event: "hello", id: undefined });
      const reset = await stream.next();
      expect(reset.event).toBe("reset");
      expect(reset.id).toBe(String(reset.data.position));
    },
  );

  it("sends only the kinds of event that were asked for", async () => {
    const api = await startTestApi(cleanup);
    const stream = await openStream(api, "/v1/stream?events=score,rejection");
    await stream.next();
    await api.log.append(READINGS, [reading("bin-1", NOW, { fill_level: 1 })]);
    await until(async () => (await api.get("/v1/devices/bin-1")).body.lastSeen !== null);
    await api.log.append(REJECTIONS, [rejection("bad")]);
    expect(await stream.next()).toMatchObject({ event: "rejection" });
    expect(await api.problem("/v1/stream?events=weather")).toMatchObject({
      status: 400,
      errors: [{ pointer: "#/query/events", detail: expect.stringContaining("score, reading, rejection") }],
    });
  });

  it("drops a client that does not read, and goes on for the others", async () => {
    const api = await startTestApi(cleanup);
    const { port, hostname } = new URL(api.api.url);
    const slow = connect(Number(port), hostname);
    cleanup(() => void slow.destroy());
    slow.on("error", () => {});
    slow.write("GET /v1/stream?events=score HTTP/1.1\r\nhost: kota\r\n\r\n");
    slow.pause();
    await until(async () => (await clients(api)) === 1);
    const explanation = "x".repeat(100_000);
    for (let i = 0; i < 200 && (await clients(api)) === 1; i++) {
      await api.log.append(SCORES, [
        score({ area: "leith", dimension: "economy", aspect: `a${i}`, explanation }),
      ]);
    }
    await until(async () => (await clients(api)) === 0);
    const stream = await openStream(api, "/v1/stream?events=rejection");
    await stream.next();
    await api.log.append(REJECTIONS, [rejection("bad")]);
    expect(await stream.next()).toMatchObject({ event: "rejection" });
  });

  it("keeps a quiet connection open with a comment every 15 seconds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    cleanup(() => void vi.useRealTimers());
    const api = await startTestApi(cleanup);
    const response = await fetch(`${api.api.url}/v1/stream`);
    const reader = response.body?.getReader();
    cleanup(() => reader?.cancel());
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toMatch(/event: hello/);
    vi.advanceTimersByTime(14_999);
    vi.advanceTimersByTime(1);
    expect(await next()).toBe(":\n\n");
    vi.advanceTimersByTime(15_000);
    expect(await next()).toBe(":\n\n");
  });

  it("ends when the service stops, at once", async () => {
    const api = await startTestApi(cleanup);
    const stream = await openStream(api);
    await stream.next();
    const begun = performance.now();
    await api.api.stop();
    await stream.ended().catch(() => {});
    expect(performance.now() - begun).toBeLessThan(2_000);
    await api.api.stop();
  });
});
