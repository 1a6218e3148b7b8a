import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AdminToken } from "../../admin/admin-token.tsx";
import { useAdminToken } from "../../admin/use-admin-token.ts";
import { sendJson } from "../../api/fetch-json.ts";
import type { ReplayReport } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Block } from "../../ui/block.tsx";
import { shownError } from "../../ui/notice.tsx";

/** Which rejections are replayed, in the words of the API; undefined: any. */
interface Selection {
  readonly code?: string | undefined;
  readonly device?: string | undefined;
  readonly adapter?: string | undefined;
  readonly topic?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Runs the listed rejections through the adapters and the registry of today: first to see, then for good. */
export function ReplayBlock({ selection }: { selection: Selection }): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const [token] = useAdminToken();
  const replay = useMutation({
    mutationFn: (dryRun: boolean) =>
      sendJson<ReplayReport>("POST", "/v1/rejections/replay", { ...selection, dryRun }, token),
    onSuccess: ({ dryRun }) => {
      if (!dryRun) void client.invalidateQueries({ queryKey: ["rejections"] });
    },
  });
  const { data, error, isPending } = replay;
  return (
    <Block id="replay" title={t("replay.title")} lead={t("replay.lead")}>
      <AdminToken />
      <div className="playground-actions">
        <button
          type="button"
          className="button button-main"
          disabled={token === "" || isPending}
          onClick={() => replay.mutate(true)}
        >
          {t("replay.dry")}
        </button>
        <button
          type="button"
          className="button"
          // What is done for good was seen before.
          disabled={token === "" || isPending || data === undefined || data.repaired + data.undecided === 0}
          onClick={() => replay.mutate(false)}
        >
          {t("replay.real")}
        </button>
      </div>
      {error !== null && (
        <p className="small wrong" role="alert">
          {shownError(error, t)}
        </p>
      )}
      {data !== undefined && <Report report={data} />}
    </Block>
  );
}

function Report({ report }: { report: ReplayReport }): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const rows = [
    ["selected", report.selected],
    ["repaired", report.repaired],
    ["undecided", report.undecided],
    ["settled", report.settled],
  ] as const;
  return (
    <div role="status">
      <p className={report.repaired > 0 ? "verdict verdict-ok" : "verdict"}>
        <strong>
          {t(report.dryRun ? "replay.would" : "replay.did", {
            messages: format.count(report.repaired),
            readings: format.count(report.readings),
          })}
        </strong>
      </p>
      <dl className="facts small">
        {rows.map(([name, count]) => (
          <div key={name}>
            <dt>{t(`replay.${name}`)}</dt>
            <dd className="number">{format.count(count)}</dd>
          </div>
        ))}
        {[...report.stillRejected, ...report.notReplayable].map(({ code, count, reason }) => (
          <div key={code}>
            <dt>
              <code>{code}</code>
            </dt>
            <dd>
              <span className="number">{format.count(count)}</span> <span lang={langOfKota}>{reason}</span>
            </dd>
          </div>
        ))}
      </dl>
      {report.nextCursor !== null && <p className="small muted">{t("replay.more")}</p>}
    </div>
  );
}
