import { getHeapStatistics, setFlagsFromString } from "node:v8";

/** By how much the old generation grows before V8 collects it, percent of what was in it after the last collection. */
const GROWS_BY = { small: 30, large: 100 } as const;
const LARGE_BYTES = 400_000_000;
const LOOK_EVERY_MS = 5000;

/**
 * What is on its way through six services at once outlives the young generation and dies in the old one, which V8 by default
 * collects only when it has about doubled. A small heap is collected sooner, and stays small. To collect one of many
 * devices takes seconds of processor, and it is full of what they hold: that is done when there is more to find.
 */
export function boundHeapGrowth(
  usedBytes = () => getHeapStatistics().used_heap_size,
  setFlag: (flag: string) => void = setFlagsFromString,
): void {
  let growsBy: number = GROWS_BY.small;
  setFlag(`--heap-growing-percent=${growsBy}`);
  const look = setInterval(() => {
    const wanted = usedBytes() < LARGE_BYTES ? GROWS_BY.small : GROWS_BY.large;
    if (wanted === growsBy) return;
    growsBy = wanted;
    setFlag(`--heap-growing-percent=${growsBy}`);
  }, LOOK_EVERY_MS);
  look.unref();
}
