import type { Finding } from "@kota/attention";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { pastWorkQuery } from "../api/queries.ts";
import type { WorkItem } from "../api-types.ts";
import { FindingRow } from "../attention/finding-row.tsx";
import { pastItemOf } from "../attention/past-item.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { usePresent } from "../past/use-moment.ts";
import { WorkState } from "./work-row.tsx";

const FIRST = 50;

/** What nothing stored tells of a moment: it is known from what was written down. */
const ONLY_WRITTEN: readonly WorkItem["reason"][] = ["alert", "missing"];

/**
 * What stood out at a moment, found again in the readings, with who looked after it by then. There is nothing to be done
 * about it any more.
 */
export function PastWork({
  findings,
  area,
  at,
}: {
  findings: readonly Finding[];
  area: string | null;
  at: number;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const now = usePresent(60_000);
  const { data: written } = useQuery(pastWorkQuery(at));
  const [most, setMost] = useState(FIRST);
  const byId = new Map(written?.map((item) => [item.id, item]));
  const rows = [
    ...findings.map((finding) => {
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
      .map((item) => ({ item, origin: "live" as const, work: item })),
  ];
  const rest = rows.length - most;
  return (
    <>
      <ol className="findings">
        {rows.slice(0, most).map(({ item, origin, work }) => (
          <FindingRow key={item.id} item={item} origin={origin} now={now}>
            {() => work !== undefined && <WorkState item={work} />}
          </FindingRow>
        ))}
      </ol>
      {rest > 0 && (
        <button type="button" className="button list-more" onClick={() => setMost(most + FIRST)}>
          {t("attention.more", { count: Math.min(rest, FIRST), n: format.count(Math.min(rest, FIRST)) })}
        </button>
      )}
    </>
  );
}

function originOf(origin: string | null): "live" | "recorded" | "simulated" {
  return origin === "recorded" || origin === "simulated" ? origin : "live";
}
