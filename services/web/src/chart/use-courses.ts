import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { areaSeriesQuery, scoreSeriesQuery, seriesQuery, WEEK_MS } from "../api/queries.ts";
import type { AreaSeries, ScoreHistory, Series } from "../api-types.ts";
import { useSameList } from "../ui/use-same-list.ts";
import { type Course, courseOfArea, courseOfScore, courseOfSeries, shifted } from "./course.ts";
import { type SeriesRef, writeSeriesRef } from "./series-ref.ts";
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

type Answer = Series | AreaSeries | ScoreHistory;
type Answers = readonly UseQueryResult<Answer>[];

/** The courses of some series over a window, and those of the week before when they are compared. */
export function useCourses(series: readonly SeriesRef[], window: TimeWindow, compare: boolean): Courses {
  const now = useAnswers(series, window, 0);
  const before = useAnswers(compare ? series : [], window, WEEK_MS);
  return {
    now: useMemo(() => now.data.map((data) => courseOf(data, 0)), [now.data]),
    before: useMemo(() => before.data.map((data) => courseOf(data, WEEK_MS)), [before.data]),
    failed: now.failed,
    error: now.error,
    isLoading: now.isLoading || before.isLoading,
    refetch: now.refetch,
  };
}

function courseOf(data: Answer | undefined, ms: number): Course | undefined {
  if (data === undefined) return undefined;
  const course =
    "device" in data ? courseOfSeries(data) : "over" in data ? courseOfArea(data) : courseOfScore(data);
  return ms === 0 ? course : shifted(course, ms);
}

function queryOf(ref: SeriesRef, window: TimeWindow, back: number) {
  switch (ref.kind) {
    case "score":
      return scoreSeriesQuery(ref.key, window, back);
    case "area":
      return areaSeriesQuery(ref.area, ref.metric, window, back);
    case "reading":
      return seriesQuery(ref.device, ref.metric, window, back);
  }
}

function useAnswers(series: readonly SeriesRef[], window: TimeWindow, back: number) {
  const answers = useQueries({
    queries: series.map((ref) => queryOf(ref, window, back)),
  }) as unknown as Answers;
  // While a moved window is on its way, the line stays as it was: the chart must not vanish from under the keyboard.
  const kept = useRef(new Map<string, Answer>());
  const data = series.map((ref, index) => {
    const answer = answers[index];
    const name = writeSeriesRef(ref);
    if (answer?.data !== undefined) kept.current.set(name, answer.data);
    return answer?.data ?? (answer?.isError ? undefined : kept.current.get(name));
  });
  return {
    data: useSameList(data),
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
