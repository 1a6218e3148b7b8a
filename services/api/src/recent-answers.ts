import type { Clock } from "@kota/runtime";

/** Answers that cost much to find: each is kept for a while, and whoever asks while it is being found waits for the same one. */
export function recentAnswers<T>(
  clock: Clock,
  keptMs: number,
): (key: string, find: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { readonly since: number; readonly answer: Promise<T> }>();
  return (key, find) => {
    const now = clock();
    for (const [other, { since }] of kept) if (now - since >= keptMs) kept.delete(other);
    const found = kept.get(key);
    if (found) return found.answer;
    const answer = find();
    kept.set(key, { since: now, answer });
    answer.catch(() => kept.delete(key));
    return answer;
  };
}
