import type { Metric } from "../api-types.ts";
import type { Format } from "../format/format.ts";
import { withUnit } from "../format/unit.ts";
import type { Words } from "../i18n/words.ts";
import type { AirFinding, Finding } from "./findings.ts";
import { BIN_FULL, BIN_OVER } from "./thresholds.ts";

const HOUR = 3_600_000;

/** A finding in words: what it is, why, and since when; null where that is not known. */
export interface FindingWords {
  readonly title: string;
  readonly why: string;
  readonly since: string | null;
}

export function findingWords(
  finding: Finding,
  words: Words,
  format: Format,
  metrics: readonly Metric[],
  now: number,
): FindingWords {
  const { t, length } = words;
  const moment = (time: number): string => format.moment(time, now);
  switch (finding.kind) {
    case "bin": {
      const { value, crossing, fullIn, time } = finding;
      const why = t(value >= BIN_OVER ? "attention.binOverWhy" : "attention.binWhy", {
        value: withUnit(format.number(value, 0), "%"),
        limit: withUnit(format.number(BIN_FULL, 0), "%"),
      });
      return {
        title: t(value >= BIN_OVER ? "attention.binOver" : "attention.binSoon"),
        why: fullIn === null ? why : `${why} ${t("attention.binEta", { length: length(fullIn) })}`,
        since: sinceOf(crossing, time, words, moment),
      };
    }
    case "air":
      return airWords(finding, words, format, metrics, moment);
    case "silent": {
      const age = length(now - finding.since);
      return {
        title: t("attention.silent"),
        why:
          finding.paceMs === null
            ? t("attention.silentNoPace", { age })
            : t("attention.silentWhy", { age, pace: length(finding.paceMs) }),
        since: t("attention.since", { time: moment(finding.since) }),
      };
    }
    case "never":
      return { title: t("attention.never"), why: t("attention.neverWhy"), since: null };
  }
}

function airWords(
  finding: AirFinding,
  words: Words,
  format: Format,
  metrics: readonly Metric[],
  moment: (time: number) => string,
): FindingWords {
  const { t, length, metric: titleOf } = words;
  const metric = metrics.find(({ name }) => name === finding.metric);
  const title = metric === undefined ? finding.metric : titleOf(metric);
  const shown = (value: number, decimals: number): string =>
    withUnit(format.number(value, decimals), metric?.unit ?? null);
  const { mean, value, limit, severity } = finding;
  const facts = {
    value: shown(value, metric?.decimals ?? 1),
    limit: shown(limit, 0),
    mean: mean === null ? "" : shown(mean.mean, metric?.decimals ?? 1),
    length: length((mean?.hours ?? 0) * HOUR),
  };
  const isDay = mean?.isWhole === true;
  return {
    title: t(severity > 1 ? "attention.airAbove" : "attention.airNow", { metric: title }),
    why: t(severity > 1 ? "attention.airWhy" : isDay ? "attention.airNowWhy" : "attention.airShort", facts),
    since: sinceOf(finding.crossing, finding.time, words, moment),
  };
}

function sinceOf(
  crossing: { readonly since: number; readonly before: boolean } | null,
  time: number,
  { t }: Words,
  moment: (time: number) => string,
): string {
  if (crossing === null) return t("attention.asOf", { time: moment(time) });
  return t(crossing.before ? "attention.sinceBefore" : "attention.since", { time: moment(crossing.since) });
}
