import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { matchesTopic, metric } from "@kota/model";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { differences } from "./check-example.ts";
import { createDecoder } from "./decoder.ts";
import { Example, earlierMessages, exampleMessage } from "./example.ts";

const ROOT = import.meta.dirname;

const folders = readdirSync(ROOT, { withFileTypes: true })
  .map((entry) => entry.name)
  .filter((name) => existsSync(join(ROOT, name, "adapter.ts")));

function examplesOf(id: string): { name: string; example: Example }[] {
  const dir = join(ROOT, id, "examples");
  return readdirSync(dir)
    .sort()
    .map((file) => {
      const parsed = Example.safeParse(JSON.parse(readFileSync(join(dir, file), "utf8")));
      if (!parsed.success) throw new Error(`${id}/examples/${file}: ${parsed.error.message}`);
      return { name: file.replace(/\.json$/, ""), example: parsed.data };
    });
}

describe("the collection of adapters", () => {
  it("has one folder for each adapter, named for its id", () => {
    expect(ADAPTERS.map((adapter) => adapter.id).sort()).toEqual([...folders].sort());
  });

  it("has no topic that two adapters claim", () => {
    const claims = ADAPTERS.flatMap(({ id, claims: { topics = [] } }) =>
      topics.map((filter) => ({ id, filter })),
    );
    for (const { id, filter } of claims) {
      const topic = filter.replaceAll("+", "level").replace("#", "level");
      expect(claims.filter((other) => matchesTopic(other.filter, topic)).map((other) => other.id)).toEqual([
        id,
      ]);
    }
  });
});

describe.each(ADAPTERS.map((adapter) => [adapter.id, adapter] as const))("%s", (id, adapter) => {
  const examples = examplesOf(id);

  it("has a kebab-case id, a positive version, a source and a README", () => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(adapter.version).toBeGreaterThan(0);
    expect(adapter.version % 1).toBe(0);
    expect(adapter.source).not.toBe("");
    expect(existsSync(join(ROOT, id, "README.md"))).toBe(true);
  });

  it("has a good and a bad example", () => {
    expect(examples.filter(({ example }) => "readings" in example.expect)).not.toEqual([]);
    expect(examples.filter(({ example }) => "rejection" in example.expect)).not.toEqual([]);
  });

  it.each(examples)("example $name", ({ example }) => {
    const decoder = createDecoder(ADAPTERS, { timeZone: example.timeZone ?? "UTC" });
    for (const earlier of earlierMessages(example)) decoder.decode(earlier);
    const outcome = decoder.decode(exampleMessage(example));
    expect(outcome.adapter).toBe(adapter.label);
    expect(differences(example, outcome)).toEqual([]);
    if (outcome.ok) {
      for (const { values } of outcome.readings) {
        for (const name of Object.keys(values)) expect(metric(name), name).toBeDefined();
      }
    } else {
      expect(outcome.reason).not.toMatch(/undefined|\[object|^.{0,15}$/);
    }
  });
});
