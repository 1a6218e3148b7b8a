import { pointInTime } from "../point-in-time.ts";
import { apiUrl, requireRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";
import { renderTable } from "../table.ts";

export interface LedgerOptions {
  readonly device?: string;
  readonly from?: string;
  readonly to?: string;
  readonly differences?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

interface Balance {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  readonly duplicate: number;
  readonly conflict: number;
  readonly pending: number;
  readonly difference: number;
  readonly extra: number;
}

interface Line extends Balance {
  readonly device: string | null;
  readonly hour: string;
  readonly open: boolean;
}

interface Page {
  readonly lines: readonly Line[];
  readonly total: Balance;
  readonly waiting: { readonly messages: number; readonly readings: number } | null;
  readonly heldFrom: string | null;
  readonly nextCursor: string | null;
}

const DAY_MS = 86_400_000;
/** Exit code when readings are missing. */
const MISSING = 5;

const COLUMNS = ["received", "stored", "rejected", "duplicate", "conflict", "pending", "difference"] as const;

/** `kota ledger`: what came of every device in every hour, and what became of it. */
export async function ledger(options: LedgerOptions): Promise<void> {
  const { device, differences, json } = options;
  const kota = await requireRunningKota(options.url?.replace(/\/$/, "") ?? apiUrl(settings()));
  const to = options.to === undefined ? undefined : pointInTime("to", options.to);
  const from = options.from === undefined ? (to ?? Date.now()) - DAY_MS : pointInTime("from", options.from);
  const lines: Line[] = [];
  let page: Page | undefined;
  do {
    const response = await kota.get("/v1/ledger", {
      device,
      from,
      to,
      differences: String(differences ?? false),
      limit: 5000,
      cursor: page?.nextCursor ?? undefined,
    });
    page = (await response.json()) as Page;
    if (json) for (const line of page.lines) console.log(JSON.stringify(line));
    else lines.push(...page.lines);
  } while (page.nextCursor !== null);
  if (!json) console.log(ledgerText(lines, page).join("\n"));
  if (page.total.difference > 0) process.exitCode = MISSING;
}

function ledgerText(
  lines: readonly Line[],
  { total, waiting, heldFrom }: Omit<Page, "lines" | "nextCursor">,
) {
  const cells = (balance: Balance) => COLUMNS.map((column) => String(balance[column]));
  const rows = lines.map((line) => [
    line.hour.slice(0, 16),
    line.device ?? "(none)",
    ...cells(line),
    line.open ? "open" : "",
  ]);
  const text = renderTable(
    ["hour (UTC)", "device", ...COLUMNS, ""],
    [...rows, ["", "all", ...cells(total), ""]],
  );
  const reasons = Object.entries(total.rejectedBy).map(([code, count]) => `${count} ${code}`);
  if (reasons.length > 0) text.push("", `rejected: ${reasons.join(", ")}`);
  if (total.extra > 0) text.push("", `stored and not received by this ledger: ${total.extra}`);
  if (waiting) {
    text.push(
      "",
      `records that wait: ${waiting.messages} to be normalized, ${waiting.readings} to be stored`,
    );
  }
  if (heldFrom !== null) text.push("", `hours before ${heldFrom} are not held any more`);
  return text;
}
