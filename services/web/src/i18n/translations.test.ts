import { createInstance } from "i18next";
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { id } from "./id.ts";
import { preferredLanguage } from "./language.ts";
import { METRIC_TITLES_ID } from "./metric-titles.ts";
import { wordsOf } from "./words.ts";

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(before + key, value);
    else for (const [below, text] of flat(value, `${before}${key}.`)) found.set(below, text);
  }
  return found;
}

const english = flat(en);
const indonesian = flat(id as Tree);
const placeholders = (text: string): readonly string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

/** The sources of the page, less the languages themselves. */
const sources: Readonly<Record<string, string>> = import.meta.glob(
  ["../**/*.{ts,tsx}", "!../**/*.test.*", "!./en.ts", "!./id.ts"],
  { query: "?raw", import: "default", eager: true },
);

describe("the languages", () => {
  it("have the same keys, but for the singular that Indonesian does not have", () => {
    const wanted = [...english.keys()].filter((key) => !key.endsWith("_one"));
    expect([...indonesian.keys()].sort()).toEqual(wanted.sort());
  });

  it("have no empty text, and the same placeholders in each", () => {
    for (const [key, text] of indonesian) {
      expect(text.trim(), key).not.toBe("");
      expect(placeholders(text), key).toEqual(placeholders(english.get(key) ?? ""));
    }
  });

  it("have a plural for every singular", () => {
    for (const key of english.keys()) {
      if (key.endsWith("_one")) expect(english.has(key.replace(/_one$/, "_other")), key).toBe(true);
    }
  });

  it("say nothing that the page never says", () => {
    const code = Object.values(sources).join("\n");
    const written = (key: string): boolean => code.includes(`"${key}"`);
    // A key that holds data (`band.good`, `code.not_json.title`) is written with a placeholder in its place.
    const composed = [...code.matchAll(/`([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)*\.)\$\{[^`]*\}([a-zA-Z.]*)`/g)].map(
      ([, start, end]) => ({ start: start ?? "", end: end ?? "" }),
    );
    const unused = [...english.keys()].filter((key) => {
      const plain = key.replace(/_(one|other)$/, "");
      return (
        !written(plain) && !composed.some(({ start, end }) => plain.startsWith(start) && plain.endsWith(end))
      );
    });
    expect(unused).toEqual([]);
  });

  it("give each metric of the catalogue a title", () => {
    for (const [name, title] of Object.entries(METRIC_TITLES_ID)) expect(title.trim(), name).not.toBe("");
  });
});

describe("preferredLanguage", () => {
  it("is the one chosen before, then the browser's, then English", () => {
    expect(preferredLanguage("id", ["en-GB"])).toBe("id");
    expect(preferredLanguage(null, ["fr", "id-ID", "en"])).toBe("id");
    expect(preferredLanguage(null, ["in"])).toBe("id");
    expect(preferredLanguage("xx", ["fr"])).toBe("en");
  });
});

describe("words", async () => {
  const words = async (language: string) => {
    const i18n = createInstance();
    await i18n.init({
      lng: language,
      resources: { en: { translation: en }, id: { translation: id } },
      interpolation: { escapeValue: false },
    });
    return wordsOf(i18n.t, language);
  };

  it("use the largest unit that says enough", async () => {
    const { length } = await words("en");
    expect([0, 4_400, 59_000, 61_000, 3_600_000, 30 * 3_600_000, 72 * 3_600_000].map(length)).toEqual([
      "0 s",
      "4 s",
      "59 s",
      "1 min",
      "1 h",
      "30 h",
      "3 d",
    ]);
  });

  it("call a clock that is slightly ahead 'just now'", async () => {
    const { age } = await words("en");
    expect(age(1_000_500, 1_000_000)).toBe("just now");
    expect(age(0, 90_000)).toBe("2 min ago");
  });

  it("are those of the chosen language", async () => {
    const { age, step, band, metric, kind, score } = await words("id");
    expect(age(0, 90_000)).toBe("2 mnt lalu");
    expect(step("15m")).toBe("15 mnt");
    expect(band(10)).toBe("sangat buruk");
    expect(metric({ name: "temperature", title: "Temperature" })).toBe("Suhu");
    expect(metric({ name: "new_one", title: "New one" })).toBe("New one");
    expect(kind("bin")).toBe("tempat sampah");
    expect(kind("parking_lot")).toBe("parking lot");
    expect(score({ dimension: "living", aspect: null, title: "Living" })).toBe("Kehidupan");
  });

  it("have one word and many", async () => {
    const { t } = await words("en");
    expect(t("score.devices", { count: 1, n: 1 })).toBe("1 device");
    expect(t("score.devices", { count: 2, n: 2 })).toBe("2 devices");
  });
});
