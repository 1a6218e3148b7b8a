import type { AlertEvent, AlertStateName } from "@kota/model";
import { describe, expect, it } from "vitest";
import { alertsAt } from "./alerts-at.ts";

let count = 0;
const event = (at: number, from: AlertStateName, to: AlertStateName, subject = "bin-1"): AlertEvent => ({
  id: `full@${subject}#${count++}`,
  rule: "full",
  subject,
  from,
  to,
  at,
  value: at,
  news: null,
  maintenance: null,
});
// The newest first, as the history has them.
const HISTORY = [
  event(60, "no_data", "cleared"),
  event(50, "firing", "no_data"),
  event(40, "ok", "no_data", "bin-2"),
  event(30, "pending", "firing"),
  event(20, "ok", "pending"),
];
const at = (time: number) =>
  alertsAt(HISTORY, time).map(({ id, state, active, firingSince, since }) => [
    id,
    state,
    active,
    firingSince,
    since,
  ]);

describe("alerts at a moment of the past", () => {
  it("are in the state of their last change until then", () => {
    expect(at(19)).toEqual([]);
    expect(at(20)).toEqual([["full@bin-1", "pending", false, null, 20]]);
    expect(at(35)).toEqual([["full@bin-1", "firing", true, 30, 30]]);
    expect(at(60)).toEqual([
      ["full@bin-1", "cleared", false, null, 60],
      ["full@bin-2", "no_data", false, null, 40],
    ]);
  });

  it("go on firing while there is no data, and since when they began", () => {
    expect(at(55)[0]).toEqual(["full@bin-1", "no_data", true, 30, 50]);
  });
});
