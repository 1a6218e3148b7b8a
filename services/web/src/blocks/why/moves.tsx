import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { movesQuery } from "../../api/queries.ts";
import type { ExplainedScore, Move } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Failure, Loading } from "../../ui/notice.tsx";
import { Unfold } from "./unfold.tsx";

const MOST_DEVICES = 5;

/** What would raise a score most, as things are now: bins to empty, devices to repair, values to bring to a goalpost. */
export function Moves({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  return <Unfold title={t("moves.title")}>{() => <MoveList score={score} />}</Unfold>;
}

function MoveList({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(movesQuery(score.area, score.dimension));
  if (data === undefined) {
    return error === null ? (
      <Loading what={t("moves.title")} lines={3} />
    ) : (
      <Failure what={t("moves.title")} error={error} onRetry={() => void refetch()} />
    );
  }
  const shown = data.moves.filter(({ indicators }) => indicators.some((one) => isWithin(one, score)));
  if (shown.length === 0) return <p className="small muted">{t("moves.none")}</p>;
  return (
    <ol className="move-list">
      {shown.map((move) => (
        <li key={`${move.code} ${move.area} ${move.metric} ${move.devices[0]?.id ?? ""}`}>
          <MoveLine move={move} />
        </li>
      ))}
    </ol>
  );
}

function MoveLine({ move }: { move: Move }): ReactNode {
  const { t } = useWords();
  const { areaName, format } = useCity();
  const { code, indicators, unit, from, to, areaGain, devices, deviceCount } = move;
  const value = (number: number | null): string =>
    number === null ? t("changes.none") : withUnit(format.number(number, 1), unit);
  return (
    <>
      <p>
        <strong>
          {t(`moves.code.${code}`, {
            count: deviceCount,
            n: format.count(deviceCount),
            what: [...new Set(indicators.map(({ title }) => title))].join(", "),
            from: value(from),
            to: value(to),
          })}
        </strong>{" "}
        {areaGain.gain !== null && (
          <span className="tag number">
            {t("moves.gain", { points: format.number(areaGain.gain, 1), area: areaName(move.area) })}
          </span>
        )}
      </p>
      {devices.length > 0 && (
        <p className="small">
          {devices.slice(0, MOST_DEVICES).map(({ id, name }) => (
            <Link key={id} to="/devices/$id" params={{ id }} search={{}} className="move-device">
              {name}
            </Link>
          ))}
        </p>
      )}
      {move.isAssumed && <p className="small muted">{t("moves.assumed")}</p>}
    </>
  );
}

function isWithin(one: Move["indicators"][number], score: ExplainedScore): boolean {
  return (
    (score.aspect === null || one.aspect === score.aspect) &&
    (score.indicator === null || one.indicator === score.indicator)
  );
}
