import { BIN_FULL, BIN_OVER } from "@kota/attention";
import { withUnit } from "@kota/model/shown-unit";
import type { Metric, WorkItem } from "../api-types.ts";
import type { Format } from "../format/format.ts";
import type { Words } from "../i18n/words.ts";

const HOUR = 3_600_000;

/** An item of the work list in words: what it is, why, and since when; null where that is not known. */
export interface FindingWords {
  readonly title: string;
  readonly why: string;
  readonly since: string | null;
}

export function findingWords(
  item: Pick<WorkItem, "reason" | "severity" | "facts" | "since">,
  words: Words,
  format: Format,
  metrics: readonly Metric[],
  now: number,
): FindingWords {
  const { t, length } = words;
  const moment = (time: string): string => format.moment(Date.parse(time), now);
  const { facts } = item;
  switch (item.reason) {
    case "bin": {
      const value = facts.value ?? 0;
      const why = t(value >= BIN_OVER ? "attention.binOverWhy" : "attention.binWhy", {
        value: withUnit(format.number(value, 0), "%"),
        limit: withUnit(format.number(BIN_FULL, 0), "%"),
      });
      return {
        title: t(value >= BIN_OVER ? "attention.binOver" : "attention.binSoon"),
        why:
          facts.fullInMs === null
            ? why
            : `${why} ${t("attention.binEta", { length: length(facts.fullInMs) })}`,
        since: sinceOf(facts, words, moment),
      };
    }
    case "air":
      return airWords(item, words, format, metrics, moment);
    case "silent": {
      const lastSeen = facts.lastSeen ?? item.since;
      const age = length(now - Date.parse(lastSeen));
      return {
        title: t("attention.silent"),
        why:
          facts.paceMs === null
            ? t("attention.silentNoPace", { age })
            : t("attention.silentWhy", { age, pace: length(facts.paceMs) }),
        since: t("attention.since", { time: moment(lastSeen) }),
      };
    }
    case "missing":
      return {
        title: t("attention.missing"),
        why: t("attention.missingWhy", {
          count: facts.count ?? 0,
          n: format.count(facts.count ?? 0),
          of: format.count(facts.of ?? 0),
        }),
        since:
          facts.crossedSince === null ? null : t("attention.since", { time: moment(facts.crossedSince) }),
      };
    case "suspect":
      return suspectWords(item, words, format, metrics, moment);
    case "never":
      return { title: t("attention.never"), why: t("attention.neverWhy"), since: null };
    case "alert":
      return {
        title: facts.title ?? "",
        why: facts.text ?? "",
        since: t("attention.since", { time: moment(facts.crossedSince ?? item.since) }),
      };
  }
}

function suspectWords(
  { facts }: Pick<WorkItem, "facts">,
  words: Words,
  format: Format,
  metrics: readonly Metric[],
  moment: (time: string) => string,
): FindingWords {
  const { t, length, metric: titleOf } = words;
  const { flag, crossedSince: since, time } = facts;
  if (flag === null) return { title: "", why: "", since: null };
  const metric = metrics.find(({ name }) => name === facts.metric);
  const shown = (value: number | null): string =>
    value === null ? "" : withUnit(format.number(value, metric?.decimals ?? 1), metric?.unit ?? null);
  return {
    title: t(`attention.suspect.${flag}`, {
      metric: metric === undefined ? (facts.metric ?? "") : titleOf(metric),
    }),
    why: t(`attention.suspectWhy.${flag}`, {
      n: format.count(facts.count ?? 0),
      of: format.count(facts.of ?? 0),
      value: shown(facts.value),
      limit: shown(facts.limit),
      length: since === null || time === null ? "" : length(Date.parse(time) - Date.parse(since)),
    }),
    since: since === null ? null : t("attention.since", { time: moment(since) }),
  };
}

function airWords(
  { facts, severity }: Pick<WorkItem, "facts" | "severity">,
  words: Words,
  format: Format,
  metrics: readonly Metric[],
  moment: (time: string) => string,
): FindingWords {
  const { t, length, metric: titleOf } = words;
  const metric = metrics.find(({ name }) => name === facts.metric);
  const title = metric === undefined ? (facts.metric ?? "") : titleOf(metric);
  const shown = (value: number | null, decimals: number): string =>
    value === null ? "" : withUnit(format.number(value, decimals), metric?.unit ?? null);
  const said = {
    value: shown(facts.value, metric?.decimals ?? 1),
    limit: shown(facts.limit, 0),
    mean: shown(facts.mean, metric?.decimals ?? 1),
    length: length((facts.meanHours ?? 0) * HOUR),
  };
  return {
    title: t(severity > 1 ? "attention.airAbove" : "attention.airNow", { metric: title }),
    why: t(
      severity > 1 ? "attention.airWhy" : facts.meanIsWhole ? "attention.airNowWhy" : "attention.airShort",
      said,
    ),
    since: sinceOf(facts, words, moment),
  };
}

function sinceOf(facts: WorkItem["facts"], { t }: Words, moment: (time: string) => string): string | null {
  if (facts.crossedSince !== null) {
    return t(facts.crossedBefore ? "attention.sinceBefore" : "attention.since", {
      time: moment(facts.crossedSince),
    });
  }
  return facts.time === null ? null : t("attention.asOf", { time: moment(facts.time) });
}
