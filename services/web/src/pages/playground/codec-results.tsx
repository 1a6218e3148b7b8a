import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import type { CodecRun } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Notice } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

type Result = CodecRun["results"][number];

/** What a codec made of each uplink, and what kota would make of that: data alone is no success. */
export function CodecResults({ run }: { run: CodecRun }): ReactNode {
  const { t, langOfKota } = useWords();
  if (run.problem !== null) {
    return (
      <Notice tone="bad" title={t("playground.notLoaded")}>
        <span lang={langOfKota}>{run.problem}</span>
      </Notice>
    );
  }
  const expected = run.results.filter(({ met }) => met !== null);
  const met = expected.filter((result) => result.met === true).length;
  // An example that expects an error is meant to give nothing.
  const meant = run.results.filter(({ met: asExpected, data }) => asExpected !== true || data !== null);
  const giving = meant.filter(({ values }) => values > 0).length;
  return (
    <>
      {meant.length > 0 && (
        <p
          className={`verdict ${giving === meant.length ? "verdict-ok" : giving === 0 ? "verdict-bad" : ""}`}
          role="status"
        >
          <strong>
            {giving === 0
              ? t("playground.givesNone", { count: meant.length, n: meant.length })
              : t("playground.gives", { giving, count: meant.length, n: meant.length })}
          </strong>
        </p>
      )}
      {expected.length > 0 && (
        <p className={met === expected.length ? "verdict verdict-ok" : "verdict verdict-bad"} role="status">
          <strong>{t("playground.met", { met, all: expected.length })}</strong>
        </p>
      )}
      <ol className="codec-results">
        {run.results.map((result, index) => (
          <ResultRow key={index} result={result} number={index + 1} mostSteps={run.limits.steps} />
        ))}
      </ol>
    </>
  );
}

function ResultRow({
  result,
  number,
  mostSteps,
}: {
  result: Result;
  number: number;
  mostSteps: number;
}): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const { description, data, errors, warnings, printed, steps, met, code } = result;
  return (
    <li className="codec-result">
      <p className="codec-result-head">
        <strong>{description ?? t("playground.uplink", { n: number })}</strong>
        {met !== null && (
          <span className={met ? "tag tag-live" : "tag tag-warn"}>
            {t(met ? "playground.isMet" : "playground.isNotMet")}
          </span>
        )}
        <span className="small muted number">
          {t("playground.steps", { n: format.count(steps), share: format.percent(steps / mostSteps) })}
        </span>
      </p>
      {data !== null && <pre className="code-out">{JSON.stringify(data, null, 2)}</pre>}
      {data !== null && <Outcome result={result} />}
      {errors.map((error) => (
        <p key={error} className="small wrong" lang={langOfKota}>
          {error} {code !== null && code !== "reported" && <code className="muted">{code}</code>}
        </p>
      ))}
      {warnings.map((warning) => (
        <p key={warning} className="small">
          {t("playground.warning", { text: warning })}
        </p>
      ))}
      {printed.length > 0 && (
        <>
          <p className="small muted">{t("playground.console")}</p>
          <pre className="code-out">{printed.join("\n")}</pre>
        </>
      )}
    </li>
  );
}

/** What becomes of the fields that a codec returned. */
function Outcome({ result: { fields, refusal, values } }: { result: Result }): ReactNode {
  const { t, langOfKota } = useWords();
  return (
    <>
      {values === 0 && (
        <p className="small wrong">
          {refusal === null ? (
            t("playground.noneBecame")
          ) : (
            <>
              {t("playground.wouldReject")} <span lang={langOfKota}>{refusal}</span>
            </>
          )}
        </p>
      )}
      {fields.length > 0 && (
        <TableScroll label={t("playground.becomesWhat")}>
          <table>
            <caption className="small muted">{t("playground.becomesHelp")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("playground.fieldName")}</th>
                <th scope="col">{t("playground.holds")}</th>
                <th scope="col">{t("playground.becomesWhat")}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.field}>
                  <th scope="row">
                    <code>{field.field}</code>
                  </th>
                  <td lang={langOfKota}>{field.holds}</td>
                  <td>
                    <Became field={field} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </>
  );
}

function Became({ field }: { field: Result["fields"][number] }): ReactNode {
  const { t } = useWords();
  const { metric, value, unit, channel, isPossible, why } = field;
  if (metric === null) {
    return <span className="muted">{t(`playground.why.${why ?? "unknown_name"}`)}</span>;
  }
  return (
    <span className={isPossible === false ? "wrong" : undefined}>
      <code>{metric}</code> <span className="number">{withUnit(String(value), unit)}</span>
      {channel !== null && <span className="muted"> {t("playground.channel", { channel })}</span>}
      {isPossible === false && <> {t("playground.impossible")}</>}
    </span>
  );
}
