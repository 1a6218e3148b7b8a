import type { AlertMessage, Channel } from "@kota/alerts";

export const MESSAGE: AlertMessage = {
  id: "abc123",
  city: "Kota",
  at: "2026-11-24T14:05:00.000Z",
  severity: "warning",
  title: "[Kota] ALERT: Bin is full, Rose Street – Jalan",
  text: "ALERT: Bin is full: Rose Street, Leith: 97 % (limit 90 %)",
  link: "http://kota.example/alerts",
  alerts: [],
  more: 0,
};

export const channel = (target: Channel["target"]): Channel => ({
  id: "ops",
  target,
  gatherMs: 0,
  everyMs: 0,
});
