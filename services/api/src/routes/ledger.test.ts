import { LEDGER } from "@kota/event-log";
import type { LedgerRecord } from "@kota/model";
import { afterEach, describe, expect, it } from "vitest";
import { HOUR, ledgerRecord, NOW, startTestApi, until } from "../test-setup.ts";

const undo: (() => void | Promise<void>)[] = [];
const cleanup = (step: () => void | Promise<void>) => void undo.push(step);
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function record(device: string | null, hour: number, rest: Partial<LedgerRecord> = {}): LedgerRecord {
  return ledgerRecord({
    device,
    hour: NOW - hour * HOUR,
    distinct: 8,
    conflicts: 1,
    refused: 1,
    rejected: { not_json: 2 },
    repeated: 1,
    stored: 7,
    ...rest,
  });
}

describe("the ledger over HTTP", () => {
  it("has a line for each device and hour that balances, and the total", async () => {
    const { get } = await startTestApi(cleanup, {
      before: ({ log }) =>
        log.append(LEDGER, [
          record("a", 2),
          record("a", 1, { open: true, stored: 5, pending: 1 }),
          record(null, 1, { readings: 0, distinct: 0, conflicts: 0, refused: 0, stored: 0 }),
        ]),
    });
    const { status, body } = await get("/v1/ledger");
    expect(status).toBe(200);
    expect(body.lines).toEqual([
      expect.objectContaining({ device: null, received: 3, rejected: 2, duplicate: 1, difference: 0 }),
      expect.objectContaining({ device: "a", open: true, stored: 5, pending: 1, difference: 1 }),
      {
        device: "a",
        hour: "2026-11-24T10:00:00.000Z",
        open: false,
        received: 13,
        stored: 7,
        rejected: 3,
        rejectedBy: { not_json: 2, store_refused: 1 },
        duplicate: 3,
        conflict: 1,
        pending: 0,
        difference: 0,
        extra: 0,
        checkedAt: "2026-11-24T11:59:59.000Z",
      },
    ]);
    for (const { received, stored, rejected, duplicate, pending, difference } of [
      ...body.lines,
      body.total,
    ]) {
      expect(received).toBe(stored + rejected + duplicate + pending + difference);
    }
    expect(body).toMatchObject({ difference: 1, waiting: { messages: 0, readings: 0 }, heldFrom: null });
    expect((await get("/v1/ledger?differences=true")).body.lines).toHaveLength(1);
    const status1 = await get("/v1/status");
    expect(status1.body.ledger).toEqual({ difference: 1, checkedAt: "2026-11-24T11:59:59.000Z" });
  });

  it("is read page by page, of one device, of a range", async () => {
    const { get } = await startTestApi(cleanup, {
      before: ({ log }) =>
        log.append(
          LEDGER,
          ["a", "b", "c"].flatMap((device) => [1, 2, 3].map((hour) => record(device, hour))),
        ),
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { lines: { device: string; hour: string }[]; nextCursor: string | null } } =
        await get(`/v1/ledger?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
      for (const { device, hour } of page.body.lines) seen.push(`${hour.slice(11, 13)}${device}`);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(["11a", "11b", "11c", "10a", "10b", "10c", "09a", "09b", "09c"]);
    expect((await get(`/v1/ledger?device=b&from=${NOW - 2 * HOUR}`)).body.lines).toHaveLength(2);
    expect((await get("/v1/ledger?device=nobody")).body).toMatchObject({ lines: [], total: { received: 0 } });
  });

  it("is a CSV of every line, with the reasons and without pages", async () => {
    const { get } = await startTestApi(cleanup, {
      before: ({ log }) =>
        log.append(
          LEDGER,
          ["a", "b"].flatMap((device) => [1, 2].map((hour) => record(device, hour, { open: true }))),
        ),
    });
    const { headers, text } = await get("/v1/ledger?limit=1&format=csv");
    expect(headers.get("content-type")).toContain("text/csv");
    const lines = text.trim().split("\r\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe(
      "hour,device,received,stored,rejected,duplicate,conflict,pending,difference,extra,rejected_by,open,checked_at",
    );
    expect(lines[1]).toBe(
      "2026-11-24T11:00:00.000Z,a,13,7,3,3,1,0,0,0,not_json 2 | store_refused 1,open,2026-11-24T11:59:59.000Z",
    );
    const some = await get(`/v1/ledger?device=b&from=${NOW - HOUR}&to=${NOW}`, { accept: "text/csv" });
    expect(some.headers.get("content-disposition")).toBe(
      'attachment; filename="ledger_b_2026-11-24T11-00-00.000Z_2026-11-24T12-00-00.000Z.csv"',
    );
    expect(some.text.trim().split("\r\n")).toHaveLength(2);
    expect((await get("/v1/ledger?differences=true&format=csv")).text.trim().split("\r\n")).toHaveLength(1);
  });

  it("says whether one is kept", async () => {
    const { get } = await startTestApi(cleanup);
    expect((await get("/v1/ledger")).body).toMatchObject({ kept: false, lines: [] });
  });

  it("tells the live stream when readings begin to be missing", async () => {
    const { api, log } = await startTestApi(cleanup);
    const stream = await fetch(`${api.url}/v1/stream?events=ledger`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const reading = (async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        text += part.value;
    })().catch(() => undefined);
    await until(() => text.includes("event: hello"));
    await log.append(LEDGER, [record("a", 1)]);
    await log.append(LEDGER, [record("a", 1, { stored: 4 })]);
    await until(() => text.includes("event: ledger"));
    expect(text).toMatch(/event: ledger\ndata: \{"difference":3\}/);
    await reader?.cancel();
    await reading;
  });
});
