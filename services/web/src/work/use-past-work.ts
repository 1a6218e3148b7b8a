import { useQuery } from "@tanstack/react-query";
import { pastWorkQuery } from "../api/queries.ts";
import type { WorkItem } from "../api-types.ts";
import type { FindingRowProps } from "../attention/finding-row.tsx";
import { pastItemOf } from "../attention/past-item.ts";
import { useAttention } from "../attention/use-attention.ts";
import { usePresent } from "../past/use-moment.ts";

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
  readonly isChecking: boolean;
  readonly notAsked: number;
  readonly error: Error | null;
  refetch(): void;
}

/** What no stored reading tells of a moment: it is known from what was written down. */
const ONLY_WRITTEN: readonly WorkItem["reason"][] = ["alert", "missing", "suspect"];

/** What stood out at a moment, found again in the readings, and what was written down of it then. */
export function usePastWork(at: number, area: string | null): PastWork {
  const now = usePresent(60_000);
  const { findings, isChecking, notAsked, error, refetch } = useAttention(area);
  const { data: written, isPending } = useQuery(pastWorkQuery(at));
  const byId = new Map(written?.map((item) => [item.id, item]));
  const rows = findings && [
    ...findings.map((finding): PastRow => {
      const item = pastItemOf(finding, now);
      return { item, origin: originOf(finding.device.origin), work: byId.get(item.id) };
    }),
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
    rows: rows?.toSorted((a, b) => b.item.severity - a.item.severity),
    isChecking: isChecking || isPending,
    notAsked,
    error,
    refetch,
  };
}

function originOf(origin: string | null): PastRow["origin"] {
  return origin === "recorded" || origin === "simulated" ? origin : "live";
}
