import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { type MouseEvent, useMemo } from "react";
import { plainSearch } from "./plain-search.ts";
import type { NowSearch, RootSearch } from "./searches.ts";

/** What the URL asks for, of what the blocks of the page of now and the opened score share; null: the usual. */
type View = { readonly [Name in keyof Required<RootSearch & NowSearch>]: string | null };

export interface Navigation {
  readonly view: View;
  /** The URL of this page with a change. */
  href(change: Partial<View>): string;
  /** Shows this page with a change. `replace` leaves no step behind for the back button. */
  show(change: Partial<View>, how?: "push" | "replace"): void;
  /** What a real link needs to change the page in place, while 'open in a new tab' and 'copy link' go on working. */
  link(change: Partial<View>): { href: string; onClick: (event: MouseEvent) => void };
}

/** The view that the URL asks for, and the ways to change it. Whatever else stands in the URL stays. */
export function useView(): Navigation {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const path = useLocation({ select: ({ pathname }) => pathname });
  const navigate = useNavigate();
  return useMemo(() => {
    const text = (name: keyof View): string | null => (search[name] as string | undefined) ?? null;
    const view: View = {
      area: text("area"),
      why: text("why"),
      at: text("at"),
      colour: text("colour"),
      sort: text("sort"),
      device: text("device"),
    };
    const changed = (change: Partial<View>): Record<string, unknown> =>
      Object.fromEntries(
        // What is undefined is left out of the URL; what is not there at all, a moment of the past, would be kept.
        Object.entries({ ...search, ...change }).map(([name, value]) => [name, value ?? undefined]),
      );
    const href = (change: Partial<View>): string => `${path}${plainSearch(changed(change))}`;
    const show = (change: Partial<View>, how: "push" | "replace" = "push"): void => {
      void navigate({
        to: ".",
        search: changed(change) as never,
        replace: how === "replace",
        resetScroll: false,
      });
    };
    return {
      view,
      href,
      show,
      link: (change) => ({
        href: href(change),
        onClick: (event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
          event.preventDefault();
          show(change);
        },
      }),
    };
  }, [search, path, navigate]);
}
