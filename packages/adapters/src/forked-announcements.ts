import type { Announced, Announcements } from "./announcements.ts";

/** What was announced, to decode with and announce more without anybody else's seeing it. It costs nothing until something is announced. */
export function forkAnnouncements(base: Announcements): Announcements {
  const forks = new Map<string, Announced>();
  return {
    of(label) {
      let fork = forks.get(label);
      if (!fork) {
        fork = forked(base.of(label));
        forks.set(label, fork);
      }
      return fork;
    },
  };
}

function forked(base: Announced): Announced {
  const changed = new Map<string, Map<string, unknown>>();
  return {
    get: (key) => changed.get(key) ?? base.get(key),
    set(key, part, value) {
      const parts = changed.get(key) ?? new Map(base.get(key));
      parts.delete(part);
      parts.set(part, value);
      changed.set(key, parts);
    },
  };
}
