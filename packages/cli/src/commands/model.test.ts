import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCity } from "@kota/runtime";
import type { ScoreChange } from "@kota/scoring";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelTree, readScoreModel } from "./model-check.ts";
import { scoreTable } from "./model-diff.ts";

const EXAMPLE = new URL("../../../../infra/example-city", import.meta.url).pathname;
const city = loadCity(EXAMPLE);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kota-model-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(dir, "scores.yaml");
  writeFileSync(path, text);
  return path;
}

describe("kota model check", () => {
  it("names file, line and key of every problem", () => {
    const path = file("version: 1\ncolour: red\ndimensions:\n  living: { weight: -1 }\n");
    expect(() => readScoreModel(path)).toThrow(
      new RegExp(`${path}.*\n  line 2, colour: there is no such key\n  line 4, dimensions.living.weight: `),
    );
    expect(() => readScoreModel(join(dir, "none.yaml"))).toThrow(/none\.yaml cannot be read/);
  });

  it("shows what the example city's model asks for, with each part's share and the devices there are", () => {
    const tree = modelTree(readScoreModel(join(EXAMPLE, "scores.yaml")), city.devices).join("\n");
    expect(tree).toContain("Environment  33 %, aspects by geometric mean");
    expect(tree).toMatch(/PM2\.5, 24 h {2}60 %\n.*pm2_5: mean over 24 h, a reading every 5 min/);
    expect(tree).toMatch(/devices of kind air: \d+ in \d+ areas?, at least 1 in an area/);
    expect(tree).toMatch(/Unemployment rate {2}60 %\n.*reported, valid for 550 d after its period, in %/);
    expect(tree).toMatch(
      /Quality rules\n.*pm2_5: outside of 0 to 999; one value for 6 h and 30 readings; 8 robust/,
    );
  });

  it("says when the city has no device that an indicator asks for", () => {
    const tree = modelTree(readScoreModel(join(EXAMPLE, "scores.yaml")), []).join("\n");
    expect(tree).toContain("devices of kind air: THE CITY HAS NONE in an area");
  });
});

describe("the table of kota model diff", () => {
  const place = { area: "leith", dimension: "living", title: "" } as const;
  const row = (rest: Pick<ScoreChange, "before" | "after">) => ({
    ...place,
    aspect: "air",
    indicator: null,
    ...rest,
  });

  it("shows the change, and tells no data from not in the model", () => {
    const table = scoreTable(
      [
        row({ before: 50, after: 62.25 }),
        row({ before: undefined, after: 1 }),
        row({ before: 50, after: undefined }),
        row({ before: 50, after: null }),
        row({ before: 50, after: 50.01 }),
        row({ before: 50, after: 50 }),
        { area: "city", dimension: null, aspect: null, indicator: null, title: "", before: 9, after: 9 },
      ],
      city,
      false,
    );
    expect(table.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["area", "dimension", "aspect", "indicator", "old", "new", "change"],
      ["City", "9.0", "9.0"],
      ["Leith", "living", "air", "50.0", "62.3", "+12.3"],
      ["Leith", "living", "air", "1.0", "added"],
      ["Leith", "living", "air", "50.0", "removed"],
      ["Leith", "living", "air", "50.0", "no data", "lost"],
      ["Leith", "living", "air", "50.0", "50.0", "<0.1"],
    ]);
  });
});
