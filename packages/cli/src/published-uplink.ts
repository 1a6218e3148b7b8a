import { z } from "zod";
import { bytesInText } from "./bytes-in-text.ts";

/** What a LoRaWAN device sent, and what its maker says that it means. */
export interface UplinkOfFile {
  readonly bytes: Uint8Array;
  readonly fPort: number;
  readonly recvTime?: string | undefined;
  /** What the maker's codec makes of the bytes, if the file has it. */
  readonly decoded?: object | undefined;
}

const Bytes = z.union([
  z.array(z.number().int().min(0).max(255)).transform((list) => Uint8Array.from(list)),
  z.string().transform((text, context) => {
    const found = bytesInText(text);
    if (found) return found.bytes;
    context.addIssue({ code: "custom", message: "expected hexadecimal or base64" });
    return z.NEVER;
  }),
]);

const fields = z.object({
  fPort: z.number().int().min(0).max(255),
  bytes: Bytes,
  recvTime: z.iso.datetime({ offset: true }).optional(),
});

const object = z.record(z.string(), z.unknown());

/** The forms in which makers publish an uplink: flat, with what it decodes to, or as input and output of the codec. */
export const PublishedUplink = z.union([
  fields
    .extend({ vendorDecoded: object.optional(), data: object.optional() })
    .transform(
      ({ vendorDecoded, data, ...rest }): UplinkOfFile => ({ ...rest, decoded: vendorDecoded ?? data }),
    ),
  z
    .object({ input: fields, output: z.object({ data: object.optional() }).optional() })
    .transform(({ input, output }): UplinkOfFile => ({ ...input, decoded: output?.data })),
]);

/** The topic of an uplink that came without one. */
export const UPLINK_TOPIC = "v3/try/devices/device/up";

/** The message that a network server (The Things Stack) would make of it; the device is named by the topic. */
export function uplinkMessage({ bytes, fPort, recvTime, decoded }: UplinkOfFile): Uint8Array {
  const uplink = {
    f_port: fPort,
    frm_payload: Buffer.from(bytes).toString("base64"),
    decoded_payload: decoded,
    received_at: recvTime,
  };
  return Buffer.from(JSON.stringify({ uplink_message: uplink }), "utf8");
}
