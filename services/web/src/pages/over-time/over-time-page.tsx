import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { devicesQuery, metricsQuery, scoresQuery } from "../../api/queries.ts";
import type { Device, Metric, Score } from "../../api-types.ts";
import type { ChartLine } from "../../chart/chart-line.ts";
import { ChartPanel } from "../../chart/chart-panel.tsx";
import { chartSearch, chartState } from "../../chart/chart-search.ts";
import {
  MOST_SERIES,
  parseSeriesRef,
  type SeriesRef,
  seriesRefs,
  writeSeriesRef,
} from "../../chart/series-ref.ts";
import { useWords, type Words } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import type { OverTimeSearch } from "../../routing/searches.ts";
import { CITY_AREA, parseScoreKey, scoreKey } from "../../score/score-key.ts";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { SeriesAdder } from "./series-adder.tsx";
import { suggestionsOf } from "./suggestions.ts";

/** Devices and scores against each other, over any time. */
export function OverTimePage(): ReactNode {
  const words = useWords();
  const { t } = words;
  const { city, areaName } = useCity();
  const search: OverTimeSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const { data: devices, error, refetch } = useQuery(devicesQuery);
  const { data: metrics } = useQuery(metricsQuery);
  const { data: scores } = useQuery(scoresQuery);
  const refs = useMemo(() => seriesRefs(search.s ?? []), [search.s]);
  const isKnown = devices !== undefined && metrics !== undefined && scores !== undefined;
  // Only names are taken from the devices, whose values change all the time.
  const names = (devices ?? []).map(({ name }) => name).join("\n");
  const lines = useMemo(
    () => (isKnown ? refs.map((ref) => lineOf(ref, devices, metrics, scores, words, areaName)) : []),
    [refs, isKnown, names, metrics, words, areaName],
  );

  const show = (series: readonly SeriesRef[]): void => {
    void navigate({
      to: "/over-time",
      search: (before) => ({ ...before, s: series.map(writeSeriesRef) }),
      resetScroll: false,
    });
  };
  const add = (text: string): void => {
    const ref = parseSeriesRef(text);
    if (ref !== null) show(seriesRefs([...refs.map(writeSeriesRef), writeSeriesRef(ref)]));
  };

  const adder = isKnown && (
    <div key="adder">
      {refs.length < MOST_SERIES ? (
        <SeriesAdder devices={devices} metrics={metrics} scores={scores} onAdd={add} />
      ) : (
        <p className="small muted">{t("overTime.most", { n: MOST_SERIES })}</p>
      )}
    </div>
  );
  return (
    <>
      <PageHead title={t("overTime.title")} lead={t("overTime.lead")} />
      <section className="block" aria-label={t("overTime.title")}>
        {!isKnown ? (
          error === null ? (
            <Loading what={t("what.series")} lines={6} />
          ) : (
            <Failure what={t("what.devices")} error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <>
            <Suggestions devices={devices} metrics={metrics} scores={scores} />
            {refs.length === 0 && adder}
            {refs.length === 0 ? (
              <Notice
                title={t("overTime.empty")}
                action={
                  <button
                    type="button"
                    className="button"
                    onClick={() =>
                      show(
                        scores
                          .filter(
                            ({ area, aspect, score }) =>
                              area === CITY_AREA && aspect === null && score !== null,
                          )
                          .slice(0, MOST_SERIES)
                          .map((score): SeriesRef => ({ kind: "score", key: scoreKey(score) })),
                      )
                    }
                  >
                    {t("overTime.suggestion")}
                  </button>
                }
              >
                {t("overTime.emptyHelp")}
              </Notice>
            ) : (
              <ChartPanel
                title={city.name}
                lines={lines}
                state={chartState(search)}
                onState={(state, how) =>
                  void navigate({
                    to: "/over-time",
                    search: (before) => ({ ...before, ...chartSearch(state) }),
                    replace: how === "replace",
                    resetScroll: false,
                  })
                }
                onRemove={(ref) => show(refs.filter((each) => writeSeriesRef(each) !== writeSeriesRef(ref)))}
              />
            )}
            {/* Whoever came for a chart sees it first. */}
            {refs.length > 0 && adder}
          </>
        )}
      </section>
    </>
  );
}

/** Charts to start from, one click each: the last week of what is worst now. */
function Suggestions({
  devices,
  metrics,
  scores,
}: {
  devices: readonly Device[];
  metrics: readonly Metric[];
  scores: readonly Score[];
}): ReactNode {
  const { t, metric: titleOf } = useWords();
  const { areaName } = useCity();
  const [suggestions] = useState(() => suggestionsOf(devices, scores));
  if (suggestions.length === 0) return null;
  return (
    <p className="suggestions small">
      <span className="muted">{t("overTime.lastWeek")}</span>
      {suggestions.map(({ metric, area, series }) => {
        const known = metrics.find(({ name }) => name === metric);
        return (
          <Link
            key={metric}
            className="button"
            to="/over-time"
            search={{ s: [...series], range: "7d" }}
            resetScroll={false}
          >
            {t("overTime.worst", {
              metric: known === undefined ? metric : titleOf(known),
              area: areaName(area),
            })}
          </Link>
        );
      })}
    </p>
  );
}

/** A series with its name and unit; what is not known is called by its id, and the chart says that nothing came. */
function lineOf(
  ref: SeriesRef,
  devices: readonly Device[],
  metrics: readonly Metric[],
  scores: readonly Score[],
  words: Words,
  areaName: (id: string) => string,
): ChartLine {
  if (ref.kind === "score") {
    const known = scores.find((score) => scoreKey(score) === ref.key);
    const { area, dimension, aspect, indicator } = parseScoreKey(ref.key);
    const title = known === undefined ? (indicator ?? aspect ?? dimension ?? "") : words.score(known);
    return { ref, name: `${areaName(area)}: ${title}`, unit: null, decimals: 0 };
  }
  const metric = metrics.find(({ name }) => name === ref.metric);
  const of =
    ref.kind === "area"
      ? areaName(ref.area)
      : (devices.find(({ id }) => id === ref.device)?.name ?? ref.device);
  return {
    ref,
    name: `${of}: ${metric === undefined ? ref.metric : words.metric(metric)}`,
    unit: metric?.unit ?? "1",
    decimals: metric?.decimals ?? 1,
  };
}
