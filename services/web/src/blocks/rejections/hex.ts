const BYTES_A_ROW = 16;

/** Bytes the way a hex viewer shows them: offset, 16 bytes, and the printable ones as text. */
export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += BYTES_A_ROW) {
    const row = [...bytes.subarray(offset, offset + BYTES_A_ROW)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
    rows.push(
      `${offset.toString(16).padStart(6, "0")}  ${hex.join(" ").padEnd(BYTES_A_ROW * 3 - 1)}  ${text.join("")}`,
    );
  }
  return rows.join("\n");
}

/** The bytes of a text in base64, at most `most` of them. */
export function bytesOf(base64: string, most: number): Uint8Array {
  // Four characters are three bytes; more than needed is not decoded.
  const text = atob(base64.slice(0, Math.ceil(most / 3) * 4));
  return Uint8Array.from(text.slice(0, most), (character) => character.charCodeAt(0));
}

/** JSON laid out for reading; any other text as it is. */
export function laidOut(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
