import { useCallback, useSyncExternalStore } from "react";

/** `system` follows the system's setting. */
export type Theme = "system" | "light" | "dark";

const KEY = "kota-theme";
const listeners = new Set<() => void>();

function chosen(): Theme {
  const value = document.documentElement.dataset.theme;
  return value === "light" || value === "dark" ? value : "system";
}

function choose(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

/** Brings back the theme chosen on an earlier visit. Call it before the first paint. */
export function restoreTheme(): void {
  try {
    const kept = window.localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") choose(kept);
  } catch {
    // Storage is switched off: the system's theme it is.
  }
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    systemDark.removeEventListener("change", listener);
  };
}

/** The chosen theme, the one that is shown, and how to choose another. */
export function useTheme(): { theme: Theme; shown: "light" | "dark"; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribe, chosen);
  const dark = useSyncExternalStore(subscribe, () => systemDark.matches);
  const setTheme = useCallback((next: Theme) => {
    choose(next);
    try {
      if (next === "system") window.localStorage.removeItem(KEY);
      else window.localStorage.setItem(KEY, next);
    } catch {
      // The choice holds until the page is closed.
    }
  }, []);
  return { theme, shown: theme === "system" ? (dark ? "dark" : "light") : theme, setTheme };
}

/** The colour that a custom property has in the shown theme, for canvases, which know no custom properties. */
export function colourOf(property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
