import { type MouseEvent, useMemo, useSyncExternalStore } from "react";
import { parseView, searchOf, type View } from "./view.ts";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function go(url: string, how: "push" | "replace"): void {
  if (how === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
  for (const listener of listeners) listener();
}

export interface Navigation {
  readonly view: View;
  /** The URL of this view with a change. */
  href(change: Partial<View>): string;
  /** Shows this view with a change. `replace` leaves no step behind for the back button. */
  show(change: Partial<View>, how?: "push" | "replace"): void;
  /** What a real link needs to change the view in place, while 'open in a new tab' and 'copy link' go on working. */
  link(change: Partial<View>): { href: string; onClick: (event: MouseEvent) => void };
}

/** The view that the URL asks for, and the ways to change it. */
export function useView(): Navigation {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  return useMemo(() => {
    const view = parseView(search);
    const href = (change: Partial<View>): string =>
      `${window.location.pathname}${searchOf({ ...view, ...change })}`;
    return {
      view,
      href,
      show: (change, how = "push") => go(href(change), how),
      link: (change) => ({
        href: href(change),
        onClick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
          event.preventDefault();
          go(href(change), "push");
        },
      }),
    };
  }, [search]);
}
