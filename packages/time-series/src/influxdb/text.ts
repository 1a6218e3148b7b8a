// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\\\x00-\x1f\x7f]|%(?=[0-9A-Fa-f]{2})/;
const EVERY_UNSAFE = new RegExp(UNSAFE, "g");
const ENCODED = /%([0-9A-F]{2})/g;

/**
 * Writes a text so that InfluxDB gives it back as it is. Line protocol cannot hold a backslash before a separator or
 * at the end of a name, and the CSV of an answer loses carriage returns: such characters stand as `%5C`, `%0D` …,
 * and a `%` that would look like one of them as `%25`. Any other text stays the same.
 */
export function encodeText(text: string): string {
  return UNSAFE.test(text) ? text.replace(EVERY_UNSAFE, encodeChar) : text;
}

/** The text that {@link encodeText} was given. */
export function decodeText(encoded: string): string {
  return encoded.includes("%")
    ? encoded.replace(ENCODED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : encoded;
}

/** One character, always as `%XX`; for one that is safe in most places but not in this one. */
export function encodeChar(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
