import { describe, expect, it } from "vitest";
import { readUplinks, writeUplinks } from "./uplinks.ts";

const things = (port: number | undefined, payload: string) => ({
  end_device_ids: { device_id: "probe" },
  uplink_message: { f_port: port, frm_payload: payload },
});

describe("what is written into the field of uplinks", () => {
  it("is taken as it is when it is uplinks or examples, and one alone is a list", () => {
    const example = { fPort: 2, bytes: "0102", data: { n: 1 } };
    expect(readUplinks(JSON.stringify([example]))).toEqual({ kind: "uplinks", uplinks: [example] });
    expect(readUplinks(JSON.stringify(example))).toEqual({ kind: "uplinks", uplinks: [example] });
  });

  it.each([
    ["an uplink of The Things Stack", JSON.stringify(things(2, "AQIDBA==")), { fPort: 2, bytes: "01020304" }],
    ["one of ChirpStack", '{"fPort":85,"data":"/wE="}', { fPort: 85, bytes: "ff01" }],
    ["one without a port", JSON.stringify(things(undefined, "AQ==")), { fPort: 1, bytes: "01" }],
    ["bytes in hexadecimal", " 01 FF:0a ", { fPort: 1, bytes: "01ff0a" }],
    ["bytes in base64", "AQIDBA==", { fPort: 1, bytes: "01020304" }],
  ])("may be %s", (_, text, uplink) => {
    expect(readUplinks(text)).toEqual({ kind: "converted", uplinks: [uplink] });
    expect(readUplinks(writeUplinks([uplink]))).toEqual({ kind: "uplinks", uplinks: [uplink] });
  });

  it("says which one has no bytes, and what cannot be read at all", () => {
    const good = { fPort: 1, bytes: "00" };
    expect(readUplinks(JSON.stringify([good, { temperature: 20 }]))).toEqual({ kind: "noBytes", number: 2 });
    expect(readUplinks(JSON.stringify(things(1, "not base64!")))).toEqual({ kind: "noBytes", number: 1 });
    expect(readUplinks("[]")).toMatchObject({ kind: "noBytes" });
    expect(readUplinks("{ broken")).toMatchObject({ kind: "notRead" });
    expect(readUplinks("")).toMatchObject({ kind: "notRead" });
  });
});
