import { useView } from "../routing/use-view.ts";
import { useNow } from "../ui/use-now.ts";
import { momentOf } from "./moment.ts";

/** The moment of the past that the page shows, Unix milliseconds; null: it shows what is now. */
export function useMoment(): number | null {
  const { view } = useView();
  return momentOf(view.at, Date.now());
}

/** What counts as now on this page: the shown moment, or the time itself, once per `everyMs`. */
export function usePresent(everyMs = 1000): number {
  const now = useNow(everyMs);
  return useMoment() ?? now;
}
