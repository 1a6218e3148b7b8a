import { useQuery } from "@tanstack/react-query";
import { pastFindingsQuery, pastWorkQuery } from "../api/queries.ts";
import type { WorkItem } from "../api-types.ts";
import type { FindingRowProps } from "../attention/finding-row.tsx";

/** What stood out at a moment, with who looked after it by then. */
export interface PastRow {
  readonly item: FindingRowProps["item"] & { readonly id: string };
  readonly origin: FindingRowProps["origin"];
  /** As it was written down by then; undefined: it was not. */
  readonly work: WorkItem | undefined;
}

export interface PastWork {
  /** The most pressing first; undefined: not known yet. */
  readonly rows: readonly PastRow[] | undefined;
  readonly notAsked: number;
  readonly error: Error | null;
  refetch(): void;
}

/** What no stored reading tells of a moment: it is known from what was written down. */
const ONLY_WRITTEN: readonly WorkItem["reason"][] = ["alert", "missing", "suspect"];

/** What stood out at a moment, found again in the readings, and what was written down of it then. */
export function usePastWork(at: number, area: string | null): PastWork {
  const { data: found, error, refetch } = useQuery(pastFindingsQuery(at, area));
  const { data: written, isPending } = useQuery(pastWorkQuery(at));
  const byId = new Map(written?.map((item) => [item.id, item]));
  const since = new Date(at).toISOString();
  const rows = found &&
    !isPending && [
      ...found.findings.map(
        (finding): PastRow => ({
          item: { ...finding, since },
          origin: finding.origin ?? "live",
          work: byId.get(finding.id),
        }),
      ),
      ...(written ?? [])
        .filter(
          (item) =>
            ONLY_WRITTEN.includes(item.reason) &&
            item.status !== "closed" &&
            (area === null || item.area === area),
        )
        .map((item): PastRow => ({ item, origin: "live", work: item })),
    ];
  return {
    rows: rows ? rows.toSorted((a, b) => b.item.severity - a.item.severity) : undefined,
    notAsked: found?.notAsked ?? 0,
    error,
    refetch: () => void refetch(),
  };
}
