const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that a text writes out, hexadecimal before base64, since every such text is base64 too; null: it is neither. */
export function bytesInText(
  text: string,
): { readonly form: "hex" | "base64"; readonly bytes: Uint8Array } | null {
  const plain = text.replaceAll(/\s/g, "");
  const hex = plain.replace(/^0x/i, "");
  if (HEX.test(hex)) return { form: "hex", bytes: Buffer.from(hex, "hex") };
  return plain !== "" && BASE64.test(plain) ? { form: "base64", bytes: Buffer.from(plain, "base64") } : null;
}
