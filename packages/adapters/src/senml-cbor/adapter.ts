import { messageOf } from "@kota/model";
import { decode as decodeCbor } from "cborg";
import { type DecodeContext, type DecodedReading, defineBytesAdapter } from "../adapter.ts";
import { describeProblem, excerpt } from "../explain.ts";
import { refuse } from "../refusal.ts";
import { isSenmlPack, SenmlPack, senmlReadings } from "../senml.ts";

/** RFC 8428, table 4. */
const LABELS = new Map<unknown, string>([
  [-6, "bs"],
  [-5, "bv"],
  [-4, "bu"],
  [-3, "bt"],
  [-2, "bn"],
  [-1, "bver"],
  [0, "n"],
  [1, "u"],
  [2, "v"],
  [3, "vs"],
  [4, "vb"],
  [5, "s"],
  [6, "t"],
  [7, "ut"],
  [8, "vd"],
]);

export const senmlCbor = defineBytesAdapter({
  id: "senml-cbor",
  title: "SenML, CBOR",
  version: 1,
  source: "https://www.rfc-editor.org/rfc/rfc8428#section-6",
  claims: {
    topics: ["senml-cbor/#"],
    // An array (0x80 to 0x9f) whose first element is a map (0xa1 to 0xbf). No text begins with such a byte.
    shape: (payload) => {
      const [array = 0, map = 0] = payload;
      return array > 0x80 && array <= 0x9f && ((map > 0xa0 && map <= 0xbf) || array >= 0x98);
    },
  },
  decode,
});

function decode(payload: Uint8Array, context: DecodeContext): readonly DecodedReading[] {
  const pack = packOf(payload);
  if (isSenmlPack(pack)) return senmlReadings(pack, context);
  const parsed = SenmlPack.safeParse(pack);
  return parsed.success
    ? senmlReadings(parsed.data, context)
    : refuse("schema_mismatch", `SenML, CBOR: ${describeProblem(parsed.error, pack)}.`);
}

function packOf(payload: Uint8Array): unknown {
  let cbor: unknown;
  try {
    cbor = decodeCbor(payload, { useMaps: true, rejectDuplicateMapKeys: true });
  } catch (error) {
    refuse("schema_mismatch", `The payload is not CBOR: ${excerpt(messageOf(error), 160)}.`);
  }
  if (!Array.isArray(cbor)) return cbor;
  return cbor.map((record: unknown) => {
    if (!(record instanceof Map)) return record;
    const named: Record<string, unknown> = Object.create(null);
    for (const [label, value] of record) named[LABELS.get(label) ?? String(label)] = numberOf(value);
    return named;
  });
}

/** Integers beyond 2^53 come as bigint; nothing that is measured needs their last digits. */
function numberOf(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
