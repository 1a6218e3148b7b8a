import { adminApi } from "../admin-api.ts";
import { settings } from "../settings.ts";
import { renderTable } from "../table.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly area: string | null;
  readonly registered: boolean;
  readonly retired: boolean;
  readonly version: number;
  readonly origin: string | null;
  readonly lastSeen: string | null;
}

interface Page {
  readonly devices: readonly Row[];
  readonly nextCursor: string | null;
}

export interface ListOptions {
  readonly kind?: string;
  readonly area?: string;
  readonly json?: boolean;
  readonly url?: string;
}

/** `kota devices list`. */
export async function listDevices({ kind, area, json, url }: ListOptions): Promise<void> {
  const api = adminApi(settings(), url);
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: "10000",
      ...(kind === undefined ? {} : { kind }),
      ...(area === undefined ? {} : { area }),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: Page = await api.get(`/v1/devices?${query}`);
    rows.push(...page.devices);
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  const state = ({ registered, retired, version }: Row) =>
    retired
      ? "retired"
      : !registered
        ? "adopted by topic"
        : version === 0
          ? "devices.csv"
          : `version ${version}`;
  console.log(
    renderTable(
      ["id", "name", "kind", "area", "registry", "last seen"],
      rows.map((row) => [
        row.id,
        row.name,
        row.kind ?? "",
        row.area ?? "",
        state(row),
        row.lastSeen ?? "never",
      ]),
    ).join("\n"),
  );
}
