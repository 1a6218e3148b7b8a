/** A longer address is cut or refused somewhere on its way. */
const LONGEST = 6000;

/**
 * A text made small for a URL: deflated, in the base64 that URLs take. Null when it is too long for one even so.
 */
export async function packText(text: string): Promise<string | null> {
  const packed = await through(new Blob([text]), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  const written = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return written.length > LONGEST ? null : written;
}

/** The text again; null for what is none. */
export async function unpackText(packed: string): Promise<string | null> {
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await through(new Blob([bytes]), new DecompressionStream("deflate-raw")),
    );
  } catch {
    return null;
  }
}

async function through(
  blob: Blob,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer());
}
