import { Readable, Writable } from "node:stream";
import { LONGEST_LINE } from "@kota/indices";
import { describe, expect, it } from "vitest";
import { answers, runIndex } from "./index-run.ts";

const QUESTION = '{"index":"epa","input":{"pollutant":"PM25","concentration":35.4,"unit":"ug/m3"}}';

async function answersTo(chunks: readonly string[]): Promise<Record<string, unknown>[]> {
  let text = "";
  for await (const part of answers(Readable.from(chunks))) text += part;
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe("kota index run", () => {
  it("answers every line in order, wherever the chunks are cut", async () => {
    const lines = [QUESTION, "", "nope", '{"index":"epa","id":3}', `${QUESTION}\r`].join("\n");
    const whole = await answersTo([lines]);
    expect(whole).toMatchObject([
      { aqi: 100 },
      { error: { code: "bad_json" } },
      { error: { code: "bad_json" } },
      { id: 3, error: { code: "bad_request" } },
      { aqi: 100 },
    ]);
    expect(await answersTo([...lines])).toEqual(whole);
    expect(await answersTo([`${lines}\n`])).toEqual(whole);
  });

  it("answers nothing to nothing", async () => {
    expect(await answersTo([])).toEqual([]);
  });

  it("refuses a line without end, does not keep it, and goes on after it", async () => {
    const chunk = "x".repeat(LONGEST_LINE / 2);
    expect(await answersTo([...Array(8).fill(chunk), `\n${QUESTION}\n`])).toMatchObject([
      { error: { code: "bad_json" } },
      { aqi: 100 },
    ]);
  });

  it("answers a line before the next one has come", async () => {
    const asked = new Readable({ read() {} });
    const written = new Promise<string>((resolve) => {
      const output = new Writable({
        write(chunk, _encoding, done) {
          resolve(String(chunk));
          done();
        },
      });
      void runIndex(asked, output);
    });
    asked.push(`${QUESTION}\n`);
    expect(JSON.parse(await written)).toMatchObject({ aqi: 100 });
    asked.push(null);
  });

  it("keeps characters that are cut between chunks whole", async () => {
    const bytes = Buffer.from('{"index":"epa","id":"Jalan Raya \u00e9\u6c34"}\n');
    let text = "";
    const output = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    await runIndex(
      Readable.from(
        [...bytes].map((byte) => Buffer.from([byte])),
        { objectMode: false },
      ),
      output,
    );
    expect(JSON.parse(text)).toMatchObject({ id: "Jalan Raya \u00e9\u6c34" });
  });
});
