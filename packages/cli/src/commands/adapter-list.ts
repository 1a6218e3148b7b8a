import type { Adapter } from "@kota/adapters";
import { adapterSetting } from "../adapter-setting.ts";
import { renderTable } from "../table.ts";

/** `kota adapter list`: what kota understands, the city's own mappings first. */
export function listAdapters(options: { readonly json?: boolean }): void {
  const { adapters } = adapterSetting();
  if (options.json) {
    for (const { id, version, title, input, source, claims } of adapters) {
      console.log(JSON.stringify({ id, version, title, input, topics: claims.topics ?? [], source }));
    }
    return;
  }
  console.log(renderTable(["ADAPTER", "PAYLOAD", "TOPICS", "TITLE"], adapters.map(row)).join("\n"));
}

function row({ label, input, claims, title }: Adapter): string[] {
  const [first = "(by shape)", ...more] = claims.topics ?? [];
  return [label, input, more.length > 0 ? `${first} and ${more.length} more` : first, title];
}
