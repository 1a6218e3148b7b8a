import { expect, it } from "vitest";
import { crc16, parseTelegram } from "./telegram.ts";

it("the checksum is CRC-16/ARC: its check value is BB3D", () => {
  expect(crc16("123456789")).toBe(0xbb3d);
});

it("a checksum may be printed without leading zeroes", () => {
  const body = (n: number) => `/KOT5TEST\r\n\r\n0-0:96.1.1(${n})\r\n!`;
  const n =
    Array.from({ length: 10_000 }, (_, index) => index).find((index) => crc16(body(index)) < 0x1000) ?? 0;
  const text = body(n) + crc16(body(n)).toString(16).toUpperCase();
  expect(parseTelegram(`${text}\r\n`).objects.get("0-0:96.1.1")).toEqual([String(n)]);
  expect(() => parseTelegram(`${text.slice(0, -1)}G\r\n`)).toThrow(/checksum/);
});

it.each(["", "/", "/KOT5", "KOT5\r\n!", "/KOT5\r\nnonsense\r\n!\r\n", "/KOT5\r\n(1)\r\n!\r\n"])(
  "%j is no telegram",
  (text) => {
    expect(() => parseTelegram(text)).toThrow(/P1 telegram/);
  },
);
