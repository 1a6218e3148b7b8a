import type { AdapterEntry } from "@kota/city-adapters";
import { adapterSetting } from "../adapter-setting.ts";
import { renderTable } from "../table.ts";

/** `kota adapter list`: what kota understands, the city's own first, and where each comes from. */
export async function listAdapters(options: {
  readonly city?: string;
  readonly json?: boolean;
}): Promise<void> {
  const { entries } = await adapterSetting(options);
  if (options.json) {
    for (const { adapter, ...entry } of entries) {
      const { version = null, input = null, source: documented = null, claims } = adapter ?? {};
      console.log(JSON.stringify({ ...entry, version, input, topics: claims?.topics ?? [], documented }));
    }
    return;
  }
  console.log(renderTable(["ADAPTER", "FROM", "PAYLOAD", "TOPICS", "TITLE"], entries.map(row)).join("\n"));
}

function row({ id, label, source, adapter, kind, title, error }: AdapterEntry): string[] {
  const [first = kind === "codec" ? "(by device)" : "(by shape)", ...more] = adapter?.claims.topics ?? [];
  const topics = more.length > 0 ? `${first} and ${more.length} more` : first;
  return label === null
    ? [`${id} (refused)`, source, "", "", error ?? ""]
    : [label, source, adapter?.input ?? "bytes", topics, title ?? ""];
}
