import { keepPreviousData, type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { scoreSeriesQuery, seriesQuery, WEEK_MS } from "../api/queries.ts";
import type { ScoreHistory, Series } from "../api-types.ts";
import { type Course, courseOfScore, courseOfSeries, shifted } from "./course.ts";
import type { SeriesRef } from "./series-ref.ts";
import type { TimeWindow } from "./time-window.ts";

export interface Courses {
  /** In the order of the series; undefined while on its way. */
  readonly now: readonly (Course | undefined)[];
  /** The week before, laid over this one; empty when it is not asked for. */
  readonly before: readonly (Course | undefined)[];
  /** The places of the series that could not be read. */
  readonly failed: readonly number[];
  readonly error: Error | null;
  readonly isLoading: boolean;
  refetch(): void;
}

type Answers = readonly UseQueryResult<Series | ScoreHistory>[];

/** The courses of some series over a window, and those of the week before when they are compared. */
export function useCourses(series: readonly SeriesRef[], window: TimeWindow, compare: boolean): Courses {
  const now = useAnswers(series, window, 0);
  const before = useAnswers(compare ? series : [], window, WEEK_MS);
  const coursesNow = useMemo(() => now.data.map((data) => courseOf(data, 0)), now.data);
  const coursesBefore = useMemo(() => before.data.map((data) => courseOf(data, WEEK_MS)), before.data);
  return {
    now: coursesNow,
    before: coursesBefore,
    failed: now.failed,
    error: now.error,
    isLoading: now.isLoading || before.isLoading,
    refetch: now.refetch,
  };
}

function courseOf(data: Series | ScoreHistory | undefined, ms: number): Course | undefined {
  if (data === undefined) return undefined;
  const course = "device" in data ? courseOfSeries(data) : courseOfScore(data);
  return ms === 0 ? course : shifted(course, ms);
}

function useAnswers(series: readonly SeriesRef[], window: TimeWindow, back: number) {
  const answers = useQueries({
    queries: series.map((ref) =>
      ref.kind === "score"
        ? { ...scoreSeriesQuery(ref.key, window, back), placeholderData: keepPreviousData }
        : { ...seriesQuery(ref.device, ref.metric, window, back), placeholderData: keepPreviousData },
    ),
  }) as unknown as Answers;
  return {
    data: answers.map(({ data }, index) => (isOf(series[index], data) ? data : undefined)),
    failed: answers.flatMap(({ error, data }, index) =>
      error !== null && data === undefined ? [index] : [],
    ),
    error: answers.find(({ error }) => error !== null)?.error ?? null,
    isLoading: answers.some(({ isPending }) => isPending),
    refetch: () => {
      for (const answer of answers) void answer.refetch();
    },
  };
}

/** What is kept from before may belong to a line that stood in this place: it must not be shown under another name. */
function isOf(ref: SeriesRef | undefined, data: Series | ScoreHistory | undefined): boolean {
  if (ref === undefined || data === undefined) return false;
  if (ref.kind === "reading") {
    return "device" in data && data.device === ref.device && data.metric === ref.metric;
  }
  if ("device" in data) return false;
  const { area, dimension, aspect, indicator } = data;
  return `${area}/${dimension ?? ""}/${aspect ?? ""}/${indicator ?? ""}` === ref.key;
}
