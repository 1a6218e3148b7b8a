import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { openCodec } from "@kota/codecs";
import { describe, expect, it, vi } from "vitest";
import { decodedLines, runCodec } from "./codec-run.ts";
import { testCodec } from "./codec-test.ts";

const SOURCE = `function decodeUplink(input) {
  if (input.fPort === 9) for (;;);
  return { data: { sum: input.bytes.reduce((a, b) => a + b, 0), at: input.recvTime, k: input.variables.k } };
}`;

async function* chunks(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function answers(...texts: string[]): Promise<unknown[]> {
  const codec = await openCodec(SOURCE, { limits: { steps: 200_000 } });
  let out = "";
  for await (const text of decodedLines(codec, chunks(...texts))) out += text;
  expect(out === "" || out.endsWith("\n")).toBe(true);
  return out
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const line = (more: object): string =>
  `${JSON.stringify({ fPort: 1, bytes: "0102ff", recvTime: 0, ...more })}\n`;
const DATA = { sum: 258, at: "1970-01-01T00:00:00.000Z" };

describe("lines of uplinks", () => {
  it("get an answer each, in order, with their id", async () => {
    expect(
      await answers(
        line({ id: "a" }),
        line({ bytes: "", id: 2 }) + line({ recvTime: "2026-05-04T10:00:00+07:00" }),
      ),
    ).toEqual([
      { id: "a", data: DATA },
      { id: 2, data: { ...DATA, sum: 0 } },
      { data: { sum: 258, at: "2026-05-04T03:00:00.000Z" } },
    ]);
  });

  it("may come in pieces, and end without an end of line", async () => {
    const text = line({}) + line({ bytes: "AA" }).trim();
    expect(await answers(...text)).toEqual([{ data: DATA }, { data: { ...DATA, sum: 170 } }]);
  });

  it("without a time are received now", async () => {
    const before = Date.now();
    const [answer] = await answers('{"fPort":1,"bytes":""}\r\n');
    const { at } = (answer as { data: { at: string } }).data;
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ["no JSON", "fPort 1", /expected a JSON object/],
    ["empty", "", /expected a JSON object/],
    ["no object", "5", /line: /],
    ["without bytes", '{"fPort":1}', /bytes: /],
    ["bytes that are not hexadecimal", '{"fPort":1,"bytes":"xy"}', /bytes: expected hexadecimal digits/],
    ["half a byte", '{"fPort":1,"bytes":"abc"}', /bytes: expected hexadecimal digits/],
    ["a port that is a text", '{"fPort":"1","bytes":""}', /fPort: /],
    ["a port out of range", '{"fPort":300,"bytes":"","recvTime":0}', /fPort: /],
    [
      "a time that is none",
      '{"fPort":1,"bytes":"","recvTime":"noon"}',
      /recvTime: expected an ISO 8601 time/,
    ],
    ["too long", `{"fPort":1,"bytes":"${"00".repeat(40_000)}"}`, /at most 65536 characters/],
    ["too many bytes", `{"fPort":1,"bytes":"${"00".repeat(5000)}"}`, /bytes: expected at most 4096/],
  ])("that are wrong get errors, and the next goes on: %s", async (_, wrong, message) => {
    expect(await answers(`${wrong}\n${line({})}`)).toEqual([
      { code: "input_invalid", errors: [expect.stringMatching(message)] },
      { data: DATA },
    ]);
  });

  it("on which the codec hangs get errors, and the next goes on", async () => {
    expect(await answers(line({ fPort: 9, id: 1 }) + line({}))).toEqual([
      { id: 1, code: "steps_exceeded", errors: [expect.any(String)] },
      { data: DATA },
    ]);
  });
});

describe("a codec in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "kota-codec-"));
  const file = join(folder, "sum.js");
  writeFileSync(file, SOURCE);

  it("answers a stream, with its variables", async () => {
    const input = new PassThrough();
    const output = new PassThrough().setEncoding("utf8");
    const running = runCodec(file, ["k=a=b"], input, output);
    input.end(line({}));
    await running;
    expect(output.read()).toBe(`${JSON.stringify({ data: { ...DATA, k: "a=b" } })}\n`);
  });

  it("is asked for when it is not there, and so is a variable's value", async () => {
    await expect(testCodec(join(folder, "other.js"), undefined, [])).rejects.toMatchObject({
      code: "bad_request",
    });
    await expect(runCodec(file, ["k"], new PassThrough(), new PassThrough())).rejects.toThrow(
      "expected name=value",
    );
  });

  it("is tested with the examples beside it", async () => {
    writeFileSync(
      join(folder, "sum.json"),
      JSON.stringify([
        { description: "three bytes", fPort: 1, bytes: "0102ff", recvTime: 0, data: DATA },
        { fPort: 1, bytes: "01", recvTime: 0, data: DATA },
      ]),
    );
    const printed: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((text) => printed.push(String(text)));
    const exitCode = process.exitCode;
    try {
      await testCodec(file, undefined, []);
      expect(process.exitCode).toBe(1);
    } finally {
      process.exitCode = exitCode;
      log.mockRestore();
    }
    expect(printed).toEqual([
      expect.stringMatching(/^ok {6}three bytes \([\d,]+ steps\)$/),
      "not ok  example 2",
      expect.stringContaining('expected {"data":{"sum":258'),
      expect.stringContaining('got      {"data":{"sum":1'),
      "1 of 2 examples are met.",
    ]);
  });
});
