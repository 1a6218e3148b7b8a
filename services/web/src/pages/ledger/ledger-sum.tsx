import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statusQuery } from "../../api/queries.ts";
import type { LedgerBalance, LedgerPage, RejectionCode } from "../../api-types.ts";
import { searchOfWindow, type TimeWindow } from "../../chart/time-window.ts";
import { useWords } from "../../i18n/words.ts";
import { hoursOf } from "../../ledger/hours.ts";
import { useCity } from "../../page/city-context.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useLedgerSentence } from "./ledger-sentence.ts";

/** The columns whose sum is what was received. */
const PARTS = ["stored", "rejected", "duplicate", "pending"] as const;

/** All lines together: first in one sentence, then as the sum that it is. */
export function LedgerSum({
  page,
  window,
  device,
}: {
  page: LedgerPage;
  window: TimeWindow;
  /** Null: every device. */
  device: { readonly id: string; readonly name: string } | null;
}): ReactNode {
  const { t, age } = useWords();
  const { format } = useCity();
  const sentence = useLedgerSentence();
  const { data: status } = useQuery(statusQuery);
  const now = useNow(10_000);
  const { total, waiting, heldFrom } = page;
  const hours = hoursOf(window, now);
  const span = { from: format.dateTime(hours.from), to: format.dateTime(hours.to ?? now) };
  const tone = total.difference > 0 ? "bad" : "ok";
  const checkedAt = status?.ledger?.checkedAt ?? null;
  const waits = (waiting?.messages ?? 0) + (waiting?.readings ?? 0);
  const spanInWords =
    window.kind === "rolling" ? t(`ledger.span.${window.range}`) : t("ledger.span.fixed", span);
  return (
    <section className="block" aria-label={t("ledger.together")}>
      <p className={`verdict verdict-${tone} ledger-verdict`}>
        <span className="verdict-mark" aria-hidden="true" />
        <span>{sentence(total, spanInWords, device?.name ?? null)}</span>
      </p>
      {total.received > 0 && (
        <dl className="ledger-sum">
          <Part title={t("ledger.received")} count={total.received} sign="" />
          {PARTS.map((part, index) => (
            <Part key={part} title={t(`ledger.${part}`)} count={total[part]} sign={index === 0 ? "=" : "+"}>
              {part === "rejected" && total.rejected > 0 && (
                <Reasons total={total} window={window} device={device?.id ?? null} />
              )}
              {part === "duplicate" && total.conflict > 0 && (
                <p className="small muted">
                  {t("ledger.conflict", { count: total.conflict, n: format.count(total.conflict) })}
                </p>
              )}
            </Part>
          ))}
          <Part
            title={t("ledger.difference")}
            count={total.difference}
            sign="+"
            tone={total.difference > 0 ? "bad" : undefined}
          >
            {total.difference > 0 && (
              <Link to="/ledger" search={(before) => ({ ...before, differences: "true" })} hash="lines">
                {t("ledger.showMissing")}
              </Link>
            )}
          </Part>
        </dl>
      )}
      <ul className="ledger-notes small muted">
        <li>{t("ledger.counted", span)}</li>
        {checkedAt !== null && <li>{t("ledger.checked", { age: age(Date.parse(checkedAt), now) })}</li>}
        {waits > 0 && <li>{t("ledger.waits", { count: waits, n: format.count(waits) })}</li>}
        {total.extra > 0 && (
          <li>{t("ledger.extra", { count: total.extra, n: format.count(total.extra) })}</li>
        )}
        {heldFrom !== null && Date.parse(heldFrom) > hours.from && (
          <li>{t("ledger.heldFrom", { time: format.dateTime(Date.parse(heldFrom)) })}</li>
        )}
      </ul>
    </section>
  );
}

function Part({
  title,
  count,
  sign,
  tone,
  children,
}: {
  title: string;
  count: number;
  /** What stands before it in the sum. */
  sign: "" | "=" | "+";
  tone?: "bad" | undefined;
  children?: ReactNode;
}): ReactNode {
  const { format } = useCity();
  return (
    <div className={tone === "bad" ? "ledger-part ledger-part-bad" : "ledger-part"}>
      <dt>
        {sign !== "" && (
          <span className="ledger-sign" aria-hidden="true">
            {sign}
          </span>
        )}
        {title}
      </dt>
      <dd>
        <span className="flow-count number">{format.count(count)}</span>
        {children}
      </dd>
    </div>
  );
}

/** What was rejected by reason, each with its way to the messages. */
function Reasons({
  total,
  window,
  device,
}: {
  total: LedgerBalance;
  window: TimeWindow;
  device: string | null;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const reasons = (Object.entries(total.rejectedBy) as [RejectionCode, number][]).sort(
    ([, a], [, b]) => b - a,
  );
  const range =
    window.kind === "rolling"
      ? { range: window.range }
      : searchOfWindow({ kind: "fixed", ...fixedHours(window) });
  return (
    <ul className="ledger-reasons small">
      {reasons.map(([code, count]) => (
        <li key={code}>
          <Link to="/rejections" search={{ code, ...range, ...(device === null ? {} : { device }) } as never}>
            {t(`code.${code}.title`)}
          </Link>{" "}
          <span className="number">{format.count(count)}</span>
        </li>
      ))}
    </ul>
  );
}

function fixedHours(window: TimeWindow & { kind: "fixed" }): { from: number; to: number } {
  const { from, to } = hoursOf(window, window.to);
  return { from, to: to ?? window.to };
}
