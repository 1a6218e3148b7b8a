/** Reads a time; wall-clock milliseconds as if UTC, or an instant. Null: the text has another form. */
export type TimeFormat =
  | { readonly kind: "iso" }
  | { readonly kind: "unix"; readonly milliseconds: number }
  | { readonly kind: "pattern"; readonly read: (text: string) => number | null };

const PARTS = ["yyyy", "yy", "MM", "dd", "HH", "mm", "ss", "SSS"] as const;
const TOKEN = new RegExp(PARTS.join("|"), "g");

/** A format by its name or pattern; null: it is neither, or a part of the date is missing or comes twice. */
export function parseTimeFormat(format: string): TimeFormat | null {
  if (format === "iso") return { kind: "iso" };
  if (format === "unix-seconds") return { kind: "unix", milliseconds: 1000 };
  if (format === "unix-milliseconds") return { kind: "unix", milliseconds: 1 };
  const parts: string[] = [];
  let source = "";
  let last = 0;
  for (const match of format.matchAll(TOKEN)) {
    source += literal(format.slice(last, match.index));
    source += `(\\d{${match[0].length}})`;
    parts.push(match[0].slice(0, 2));
    last = match.index + match[0].length;
  }
  source += literal(format.slice(last));
  const once = new Set(parts).size === parts.length;
  if (format.length > 60 || !once || !["yy", "MM", "dd"].every((part) => parts.includes(part))) return null;
  const regex = new RegExp(`^${source}$`);
  return { kind: "pattern", read: (text) => wallTime(regex, parts, text) };
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

function wallTime(regex: RegExp, parts: readonly string[], text: string): number | null {
  const match = text.length > 100 ? null : regex.exec(text.trim());
  if (!match) return null;
  const part = (name: string, otherwise: number): number => {
    const at = parts.indexOf(name);
    return at < 0 ? otherwise : Number(match[at + 1]);
  };
  const year = part("yy", 0);
  const month = part("MM", 1);
  const day = part("dd", 1);
  const [hour, minute, second] = [part("HH", 0), part("mm", 0), part("ss", 0)];
  const wall = Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second, part("SS", 0));
  const date = new Date(wall);
  const valid = date.getUTCDate() === day && date.getUTCMonth() === month - 1 && hour < 24 && minute < 60;
  return valid && second < 60 ? wall : null;
}
