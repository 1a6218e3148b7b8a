import { afterAll, beforeAll, onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  ADMIN_TOKEN,
  type Answer,
  HOUR,
  MINUTE,
  NOW,
  rejection,
  startTestApi,
  type TestApi,
} from "../test-setup.ts";

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString("base64");
const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: async ({ store }) => {
      await store.writeRejections([
        rejection("old", { time: NOW - 3 * HOUR, code: "not_json", device: "bin-1", topic: "bins/1" }),
        rejection("binary", { time: NOW - HOUR, payload: base64(new Uint8Array([0xff, 0x00])), size: 2 }),
        rejection("same-a", { time: NOW - MINUTE, adapter: "tasmota@1" }),
        rejection("same-b", { time: NOW - MINUTE }),
        rejection("long", { time: NOW, payload: base64("ä".repeat(2_500)), size: 5_000 }),
        rejection("cut", {
          time: NOW - 2 * HOUR,
          code: "payload_too_large",
          payload: base64(Buffer.from("xä").subarray(0, 2)),
          size: 300_000,
          attributes: { "content-type": "text/plain" },
        }),
      ]);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

interface Page {
  readonly rejections: readonly { readonly id: string }[];
}

const ids = (body: Page) => body.rejections.map(({ id }) => id);

describe("the rejections", () => {
  it("come newest first with their reason and what they carried", async () => {
    const { status, body } = await api.get("/v1/rejections");
    expect(status).toBe(200);
    expect(ids(body)).toEqual(["long", "same-b", "same-a", "binary", "cut", "old"]);
    expect(body.rejections[2]).toEqual({
      id: "same-a",
      time: "2026-11-24T11:59:00.000Z",
      stage: "normalize",
      code: "no_adapter",
      reason: "No adapter knows this.",
      topic: "foo/bar",
      source: "mqtt",
      adapter: "tasmota@1",
      device: null,
      size: 5,
      attributes: null,
      payloadBase64: base64("hello"),
      payloadText: "hello",
      replay: null,
    });
    expect(body.counts).toEqual({ no_adapter: 4, not_json: 1, payload_too_large: 1 });
    expect(body.nextCursor).toBeNull();
  });

  it("show a payload as text only when it is text, cut to 2,000 characters", async () => {
    const { body } = await api.get("/v1/rejections");
    const text = Object.fromEntries(
      body.rejections.map((one: { id: string; payloadText: string | null }) => [one.id, one.payloadText]),
    );
    expect(text.long).toBe("ä".repeat(2_000));
    expect(text.binary).toBeNull();
    expect(text.cut).toBe("x");
    expect(body.rejections[4].attributes).toEqual({ "content-type": "text/plain" });
  });

  it.each([
    ["code=not_json", ["old"]],
    ["adapter=tasmota@1", ["same-a"]],
    ["device=bin-1", ["old"]],
    ["topic=bins/1", ["old"]],
    [`from=${NOW - HOUR}&to=${NOW}`, ["same-b", "same-a", "binary"]],
    ["code=unknown_device", []],
  ])("with ?%s are %j", async (query, expected) => {
    expect(ids((await api.get(`/v1/rejections?${query}`)).body)).toEqual(expected);
  });

  it("are counted over the range of time", async () => {
    const { body } = await api.get(`/v1/rejections?code=not_json&from=${NOW - HOUR}`);
    expect(body.counts).toEqual({ no_adapter: 4 });
  });

  it("come page by page, each once, even those of one moment", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/v1/rejections?limit=2";
    while (path) {
      const { body, headers }: Answer<Page> = await api.get<Page>(path);
      expect(body.rejections.length).toBeLessThanOrEqual(2);
      seen.push(...ids(body));
      path = /^<(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(["long", "same-b", "same-a", "binary", "cut", "old"]);
  });

  it.each([
    ["code=boring", "#/query/code", /"no_adapter"/],
    ["limit=501", "#/query/limit", /<=500/],
    ["cursor=WzFd", "#/query/cursor", /'nextCursor'/],
  ])("refuse ?%s", async (query, pointer, detail) => {
    const problem = await api.problem(`/v1/rejections?${query}`);
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] });
    expect(problem.detail).toMatch(detail);
  });
});

describe("messages as they came, where a read token is set", () => {
  it("need it, or the admin token; scores need none", async () => {
    const READ = "a-read-token-of-good-length";
    const { get } = await startTestApi(cleanup, {
      config: { httpHost: "127.0.0.1", httpPort: 0, adminToken: [ADMIN_TOKEN], readToken: [READ] },
    });
    const status = async (path: string, token?: string) =>
      (await get(path, token === undefined ? {} : { authorization: `Bearer ${token}` })).status;
    for (const path of ["/v1/rejections", "/v1/messages/next?limit=1"]) {
      expect(await status(path)).toBe(401);
      expect(await status(path, "another-token-of-good-length")).toBe(401);
    }
    expect(await status("/v1/rejections", READ)).toBe(200);
    expect(await status("/v1/rejections", ADMIN_TOKEN)).toBe(200);
    expect(await status("/v1/messages/next?limit=1", READ)).toBe(200);
    expect(await status("/v1/scores")).toBe(200);
  }, 60_000);
});
