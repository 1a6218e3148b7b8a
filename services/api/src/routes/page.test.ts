import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startTestApi, type TestApi } from "../test-setup.ts";

const PAGE = "<!doctype html><title>kota</title>";
const html = { accept: "text/html,*/*" };
const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  const webRoot = await mkdtemp(join(tmpdir(), "kota-page-"));
  undo.unshift(() => rm(webRoot, { recursive: true }));
  await mkdir(join(webRoot, "assets"));
  await writeFile(join(webRoot, "index.html"), PAGE);
  await writeFile(join(webRoot, "icon.svg"), "<svg/>");
  await writeFile(join(webRoot, "assets", "app-1a2b3c.js"), "0");
  await writeFile(join(webRoot, "index.html.gz"), gzipSync(PAGE));
  await writeFile(join(webRoot, "assets", "app-1a2b3c.js.br"), brotliCompressSync("0"));
  api = await startTestApi((step) => undo.unshift(step), { webRoot });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("the page", () => {
  it.each(["/", "/devices/bin-1", "/scores?area=leith"])(
    "is at %s, asked for anew each time",
    async (path) => {
      const answer = await api.get(path, html);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(PAGE);
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("may load from itself alone", async () => {
    const { headers } = await api.get("/", html);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'self'; worker-src blob: 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("keeps what has its hash in the name for ever, and nothing else", async () => {
    const asset = await api.get("/assets/app-1a2b3c.js");
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-type")).toMatch(/javascript/);
    expect((await api.get("/icon.svg")).headers.get("cache-control")).toBe("no-cache");
  });

  it.each([
    ["/assets/app-1a2b3c.js", "br", "0", /javascript/],
    ["/devices/bin-1", "gzip", PAGE, /html/],
    ["/icon.svg", null, "<svg/>", /svg/],
  ])("sends %s as the build compressed it", async (path, encoding, content, type) => {
    const { headers, text } = await api.get(path, { ...html, "accept-encoding": "br, gzip" });
    expect(headers.get("content-encoding")).toBe(encoding);
    expect(headers.get("content-type")).toMatch(type);
    expect(headers.get("vary")).toMatch(/accept-encoding/i);
    expect(text).toBe(content);
  });

  it.each(["/assets/gone.js", "/v1/nothing", "/v1", "/readyz/more"])("is not at %s", async (path) => {
    expect(await api.problem(path, html)).toMatchObject({ status: 404, code: "not_found", instance: path });
  });

  it("is not given to one that asks for something else", async () => {
    expect(await api.problem("/nothing.png", { accept: "image/png" })).toMatchObject({ status: 404 });
  });

  it("lets nothing outside of its folder be read", async () => {
    const { status, text } = await api.get("/..%2f..%2f..%2fetc%2fpasswd");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain("root:");
  });

  it("that has not been built says how to build it", async () => {
    const bare = await startTestApi(onTestFinished, { webRoot: join(tmpdir(), "kota-no-such-folder") });
    expect((await bare.problem("/", html)).detail).toMatch(/run 'pnpm build'/);
    expect((await bare.get("/v1/city")).status).toBe(200);
  });
});

describe("anything but reading", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH"])("%s is 405 and says what is allowed", async (method) => {
    const response = await fetch(`${api.api.url}/v1/city`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
  });
});
