import { useEffect, useRef, useState } from "react";

/** A value that changes all the time, let through at most once every `ms`; the first one at once. */
export function useSettled<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  latest.current = value;
  const timer = useRef<number | undefined>(undefined);
  // What is nothing yet is not worth a wait.
  const isFirst = shown === undefined && value !== undefined;

  useEffect(() => {
    if (latest.current === shown || timer.current !== undefined) return;
    timer.current = window.setTimeout(
      () => {
        timer.current = undefined;
        setShown(latest.current);
      },
      isFirst ? 0 : ms,
    );
  }, [value, shown, isFirst, ms]);
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}
