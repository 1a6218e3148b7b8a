import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Dimension, Metric, MetricName, Origin, Score } from "../api-types.ts";
import { bandOf } from "../score/band.ts";
import { stepMs } from "../series/step.ts";
import type { Translate } from "./language.ts";
import { METRIC_TITLES_ID } from "./metric-titles.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The words that stand for data: lengths of time, bands, kinds, titles. */
export interface Words {
  readonly t: Translate;
  /** What kota itself says (reasons, explanations) is in English; on a page in another language it is marked so. */
  readonly langOfKota: "en" | undefined;
  /** How long something is: `4 s`, `12 min`, `3 h`, `2 d`. Milliseconds; a negative length counts as none. */
  length(ms: number): string;
  /** How long ago something was: `just now`, `12 min ago`. */
  age(time: number, now: number): string;
  /** A step as the API writes it, in words: `15 min`; `raw` is every reading. */
  step(step: string): string;
  band(score: number | null): string;
  kind(kind: string | null): string;
  origin(origin: Origin | null): string;
  metric(metric: Pick<Metric, "name" | "title">): string;
  dimension(dimension: Dimension): string;
  /** What a score is called; the overall score carries the name of its area, which stands beside it anyway. */
  score(score: Pick<Score, "dimension" | "aspect" | "title">): string;
}

const KINDS = ["air", "bin", "meter", "noise", "weather"] as const;

/** The words of one language. */
export function wordsOf(t: Translate, language: string): Words {
  const length = (ms: number): string => {
    const size = Math.max(0, ms);
    if (size < MINUTE) return t("length.s", { n: Math.round(size / SECOND) });
    if (size < HOUR) return t("length.min", { n: Math.round(size / MINUTE) });
    if (size < 2 * DAY) return t("length.h", { n: Math.round(size / HOUR) });
    return t("length.d", { n: Math.round(size / DAY) });
  };
  return {
    t,
    langOfKota: language === "en" ? undefined : "en",
    length,
    age: (time, now) =>
      now - time < 2 * SECOND ? t("age.now") : t("age.ago", { length: length(now - time) }),
    step: (step) => {
      const ms = stepMs(step);
      return ms === 0 ? t("step.raw") : length(ms);
    },
    band: (score) => t(`band.${score === null ? "none" : bandOf(score).band}`),
    kind: (kind) => {
      if (kind === null) return t("kind.none");
      const known = KINDS.find((one) => one === kind);
      return known === undefined ? kind.replaceAll(/[_-]/g, " ") : t(`kind.${known}`);
    },
    origin: (origin) => t(`origin.${origin ?? "none"}`),
    metric: ({ name, title }) =>
      language === "id" ? (METRIC_TITLES_ID[name as MetricName] ?? title) : title,
    dimension: (dimension) => t(`dimension.${dimension}`),
    score: ({ dimension, aspect, title }) => {
      if (dimension === null) return t("score.overall");
      return aspect === null ? t(`dimension.${dimension}`) : title;
    },
  };
}

/** The words of the chosen language. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  return useMemo(() => wordsOf(t, i18n.language), [t, i18n.language]);
}
