import { REJECTIONS } from "@kota/event-log";
import { afterEach, describe, expect, it } from "vitest";
import { MINUTE, NOW, rejection, startTestApi, until } from "../test-setup.ts";

const undo: (() => void | Promise<void>)[] = [];
const cleanup = (step: () => void | Promise<void>) => void undo.push(step);
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe("the quotas over HTTP", () => {
  it("say who is held back, with how many messages, and release who was quiet for two minutes", async () => {
    let now = NOW;
    const { get, log } = await startTestApi(cleanup, { clock: () => now });
    const beyond = (id: string, device: string, count?: number) =>
      rejection(id, { code: "quota_exceeded", device, time: NOW, ...(count === undefined ? {} : { count }) });
    await log.append(REJECTIONS, [
      beyond("1", "noisy"),
      beyond("2", "noisy", 500),
      beyond("3", "other"),
      rejection("4"),
    ]);
    await until(async () => (await get("/v1/quotas")).body.over.length === 2);
    const { body } = await get("/v1/quotas");
    expect(body).toMatchObject({ perMinute: 6000, devices: {} });
    expect(body.over[0]).toEqual({
      device: "noisy",
      topic: "foo/bar",
      since: new Date(NOW).toISOString(),
      last: new Date(NOW).toISOString(),
      messages: 501,
    });
    now += 3 * MINUTE;
    expect((await get("/v1/quotas")).body.over).toEqual([]);
  });
});
