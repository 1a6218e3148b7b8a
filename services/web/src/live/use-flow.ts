import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../api/queries.ts";
import { flowVerdict, type Verdict } from "../blocks/pipeline/flow-verdict.ts";
import { useNow } from "../ui/use-now.ts";

/** What keeps the numbers from being current though kota answers: a stage is behind, or nothing comes in. Null: nothing does. */
export function useFlow(): Verdict | null {
  const { data, error } = useQuery(statusQuery);
  const now = useNow(5000);
  // Kota that does not answer is another matter, and said elsewhere.
  if (data === undefined || error !== null) return null;
  const verdict = flowVerdict(data, now);
  return verdict.tone === "ok" || verdict.word === "starting" ? null : verdict;
}
