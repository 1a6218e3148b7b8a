import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApi, type TestApi } from "../test-setup.ts";

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step));
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const { status, body } = await api.get("/v1/openapi.json");
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1/);
    const validator = new Validator();
    expect(await validator.validate(body)).toEqual({ valid: true });
  });

  it("has every endpoint, and refers to nothing that it does not have", async () => {
    const { body, text } = await api.get("/v1/openapi.json");
    expect(Object.keys(body.paths).sort()).toEqual([
      "/healthz",
      "/metrics",
      "/readyz",
      "/v1/adapters",
      "/v1/adapters/try",
      "/v1/alerts",
      "/v1/alerts/history",
      "/v1/areas/{area}/series",
      "/v1/city",
      "/v1/city/ground",
      "/v1/city/map.pmtiles",
      "/v1/codecs/run",
      "/v1/codecs/samples",
      "/v1/devices",
      "/v1/devices/unknown",
      "/v1/devices/unknown/{id}/adopt",
      "/v1/devices/{id}",
      "/v1/devices/{id}/latest",
      "/v1/devices/{id}/registration",
      "/v1/evidence",
      "/v1/findings",
      "/v1/forecasts",
      "/v1/ledger",
      "/v1/maintenance",
      "/v1/maintenance/{id}",
      "/v1/messages/next",
      "/v1/metrics",
      "/v1/quotas",
      "/v1/readings/count",
      "/v1/rejections",
      "/v1/rejections/replay",
      "/v1/reports",
      "/v1/scores",
      "/v1/scores/explain",
      "/v1/scores/history",
      "/v1/scores/moves",
      "/v1/scores/receipt",
      "/v1/scores/revisions",
      "/v1/scores/verify",
      "/v1/series",
      "/v1/status",
      "/v1/stream",
      "/v1/work",
      "/v1/work/{id}",
      "/v1/work/{id}/acknowledge",
      "/v1/work/{id}/assign",
      "/v1/work/{id}/close",
      "/v1/work/{id}/note",
      "/v1/work/{id}/reopen",
      "/v1/work/{id}/snooze",
    ]);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference));
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(Object.keys(body.components.schemas)).toContain(reference?.split("/").at(-1));
    }
    expect(references.size).toBeGreaterThan(5);
  });

  it("says what each parameter may be", async () => {
    const { body } = await api.get("/v1/openapi.json");
    const parameters = Object.fromEntries(
      body.paths["/v1/scores"].get.parameters.map((one: { name: string }) => [one.name, one]),
    );
    expect(parameters.area).toMatchObject({
      in: "query",
      required: false,
      schema: { enum: ["city", "south", "leith"] },
    });
    expect(parameters.area.description).toMatch(/whole city/);
    expect(body.components.schemas.Score.properties.coverage.description).toMatch(/Share of/);
    const series = body.paths["/v1/series"].get;
    expect(Object.keys(series.responses["200"].content)).toEqual(["application/json", "text/csv"]);
    expect(Object.keys(series.responses.default.content)).toEqual(["application/problem+json"]);
  });
});
