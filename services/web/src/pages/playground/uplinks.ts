/** What a codec is run over: an uplink, or an example with what it has to give. */
type Uplink = Readonly<Record<string, unknown>>;

/** Of what is written: `uplinks` as they are; `converted` from what people have; what is missing. */
export type Written =
  | { readonly kind: "uplinks" | "converted"; readonly uplinks: readonly Uplink[] }
  | { readonly kind: "notRead"; readonly reason: string }
  | { readonly kind: "noBytes"; readonly number: number };

const HEX = /^(?:[0-9a-f]{2}[\s:,-]*)+$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Bytes alone do not say it. */
const USUAL_PORT = 1;

/**
 * Reads what is written into the field of uplinks: a list of them, one, an uplink message of The Things Stack or ChirpStack, or
 * only its bytes in hexadecimal or base64.
 */
export function readUplinks(text: string): Written {
  const plain = text.trim();
  const hex = HEX.test(plain) ? plain.replaceAll(/[\s:,-]/g, "") : hexOf(plain);
  if (hex !== null && hex !== "") {
    return { kind: "converted", uplinks: [{ fPort: USUAL_PORT, bytes: hex.toLowerCase() }] };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(plain);
  } catch (error) {
    return { kind: "notRead", reason: error instanceof Error ? error.message : String(error) };
  }
  const given = [parsed].flat();
  const uplinks = given.map((each) => (isUplink(each) ? each : fromMessage(each)));
  const missing = uplinks.indexOf(null);
  if (missing !== -1 || uplinks.length === 0) return { kind: "noBytes", number: missing + 1 };
  return {
    kind: given.every(isUplink) ? "uplinks" : "converted",
    uplinks: uplinks.filter((uplink) => uplink !== null),
  };
}

/** As it stands in the field, one uplink a line. */
export function writeUplinks(uplinks: readonly Uplink[]): string {
  return `[\n${uplinks.map((each) => `  ${JSON.stringify(each)}`).join(",\n")}\n]`;
}

function isUplink(value: unknown): value is Uplink {
  return isRecord(value) && typeof value.fPort === "number" && typeof value.bytes === "string";
}

function fromMessage(value: unknown): Uplink | null {
  if (!isRecord(value)) return null;
  const { uplink_message: inner } = value;
  const [port, payload] = isRecord(inner)
    ? [inner.f_port, inner.frm_payload]
    : [value.fPort ?? value.f_port, value.data ?? value.frm_payload];
  const bytes = typeof payload === "string" ? hexOf(payload) : null;
  return bytes === null ? null : { fPort: typeof port === "number" ? port : USUAL_PORT, bytes };
}

function hexOf(base64: string): string | null {
  if (!BASE64.test(base64)) return null;
  return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
