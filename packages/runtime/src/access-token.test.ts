import { describe, expect, it } from "vitest";
import { isGoodToken, presentedToken } from "./access-token.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("an access token", () => {
  it.each([
    ["Bearer secret-1", "secret-1"],
    ["bearer   secret-1 ", "secret-1"],
    [basic("kota:secret-1"), "secret-1"],
    [basic(":with:colons"), "with:colons"],
    [basic("no colon"), undefined],
    ["secret-1", undefined],
    ["Digest secret-1", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("of the header %j is %j", (header, token) => {
    expect(presentedToken(header)).toBe(token);
  });

  it("is good when it is one of those that are, whole", () => {
    const good = ["first-token", "second-token"];
    expect(isGoodToken(good, "first-token")).toBe(true);
    expect(isGoodToken(good, "second-token")).toBe(true);
    for (const other of ["first-toke", "first-token ", "", "First-token"]) {
      expect(isGoodToken(good, other)).toBe(false);
    }
    expect(isGoodToken([], "")).toBe(false);
  });
});
