import { describe, expect, it } from "vitest";
import { parseTimeFormat } from "./time-format.ts";

const read = (format: string, text: string): number | null => {
  const parsed = parseTimeFormat(format);
  return parsed?.kind === "pattern" ? parsed.read(text) : null;
};

describe("a time pattern", () => {
  it.each([
    ["dd.MM.yyyy HH:mm:ss", "24.11.2026 12:00:01", Date.UTC(2026, 10, 24, 12, 0, 1)],
    ["yyMMddHHmmss", "261124120001", Date.UTC(2026, 10, 24, 12, 0, 1)],
    ["MM/dd/yyyy", "11/24/2026", Date.UTC(2026, 10, 24)],
    ["yyyy-MM-dd HH:mm:ss.SSS", " 2026-11-24 12:00:01.250 ", Date.UTC(2026, 10, 24, 12, 0, 1, 250)],
  ])("%s reads %s", (format, text, expected) => {
    expect(read(format, text)).toBe(expected);
  });

  it.each([
    ["dd.MM.yyyy", "31.11.2026"],
    ["dd.MM.yyyy", "00.11.2026"],
    ["dd.MM.yyyy", "24x11x2026"],
    ["dd.MM.yyyy HH:mm", "24.11.2026 24:00"],
    ["dd.MM.yyyy", ""],
  ])("%s does not read %j", (format, text) => {
    expect(read(format, text)).toBeNull();
  });

  it.each(["", "HH:mm", "dd.MM", "dd.MM.yyyy dd", "yyyy-yy-MM-dd", "ISO"])("%j is no format", (format) => {
    expect(parseTimeFormat(format)).toBeNull();
  });
});
