import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { LedgerLine, RejectionCode } from "../../api-types.ts";
import { searchOfWindow } from "../../chart/time-window.ts";
import { useWords } from "../../i18n/words.ts";
import { hourSpan } from "../../ledger/hours.ts";
import { useCity } from "../../page/city-context.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

const COLUMNS = ["received", "stored", "rejected", "duplicate", "pending", "difference"] as const;

/** Lines of the ledger under the hour that they are of. */
export function LedgerTable({
  lines,
  names,
}: {
  lines: readonly LedgerLine[];
  /** What each device is called, by its id; one that is not there has no page. */
  names: ReadonlyMap<string, string>;
}): ReactNode {
  const { t } = useWords();
  const hours = Map.groupBy(lines, ({ hour }) => hour);
  return (
    <TableScroll label={t("ledger.table")}>
      <table className="ledger-table">
        <thead>
          <tr>
            <th scope="col">{t("devices.device")}</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="number">
                {t(`ledger.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {[...hours].map(([hour, those]) => (
          <tbody key={hour}>
            <Hour start={hour} isOpen={those.some(({ open }) => open)} />
            {those.map((line) => (
              <Line key={line.device ?? ""} line={line} name={names.get(line.device ?? "")} />
            ))}
          </tbody>
        ))}
      </table>
    </TableScroll>
  );
}

function Hour({ start, isOpen }: { start: string; isOpen: boolean }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { from, to } = hourSpan(start);
  return (
    <tr className="ledger-hour">
      <th scope="rowgroup" colSpan={COLUMNS.length + 1}>
        <time dateTime={start} className="number">
          {format.dateTime(from)}–{format.clock(to)}
        </time>{" "}
        {isOpen && (
          <span className="tag" title={t("ledger.openHelp")}>
            {t("ledger.open")}
          </span>
        )}
      </th>
    </tr>
  );
}

function Line({ line, name }: { line: LedgerLine; name: string | undefined }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { device } = line;
  return (
    <tr className={line.difference > 0 ? "ledger-line ledger-line-bad" : "ledger-line"}>
      <th scope="row">
        {device === null ? (
          <span className="muted">{t("ledger.noDevice")}</span>
        ) : name === undefined ? (
          <code>{device}</code>
        ) : (
          <>
            <Link to="/devices/$id" params={{ id: device }}>
              {name}
            </Link>{" "}
            <code className="muted ledger-id">{device}</code>
          </>
        )}
      </th>
      {COLUMNS.map((column) => (
        <td key={column} className="number" data-title={t(`ledger.${column}`)}>
          {column === "rejected" && line.rejected > 0 ? (
            <Rejected line={line} />
          ) : column === "difference" && line.difference > 0 ? (
            <strong className="wrong">
              {t("ledger.missing", { count: line.difference, n: format.count(line.difference) })}
            </strong>
          ) : (
            <span className={line[column] === 0 ? "muted" : undefined}>{format.count(line[column])}</span>
          )}
        </td>
      ))}
    </tr>
  );
}

function Rejected({ line }: { line: LedgerLine }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { device, hour, rejected } = line;
  const reasons = (Object.entries(line.rejectedBy) as [RejectionCode, number][]).sort(
    ([, a], [, b]) => b - a,
  );
  const words = reasons
    .map(([code, count]) => `${t(`code.${code}.title`)} ${format.count(count)}`)
    .join(", ");
  return (
    <Link
      to="/rejections"
      search={
        {
          ...searchOfWindow({ kind: "fixed", ...hourSpan(hour) }),
          ...(device === null ? {} : { device }),
        } as never
      }
      title={words}
    >
      {format.count(rejected)}
      <span className="ledger-why"> {words}</span>
    </Link>
  );
}
