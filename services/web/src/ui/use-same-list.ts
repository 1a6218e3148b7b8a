import { useRef } from "react";

/** The list of before, while it still holds the same things: what is made from it need not be made anew. */
export function useSameList<T>(list: readonly T[]): readonly T[] {
  const before = useRef(list);
  const isSame =
    before.current.length === list.length && list.every((each, index) => each === before.current[index]);
  if (!isSame) before.current = list;
  return before.current;
}
