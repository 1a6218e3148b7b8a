import { useSyncExternalStore } from "react";

/** A text that the browser keeps, and every part of the page that shows it. */
export interface KeptText {
  /** Empty: there is none. */
  use(): string;
  get(): string;
  set(text: string): void;
}

/** @param storage `localStorage` keeps it in the browser, `sessionStorage` until the tab is closed */
export function keptText(storage: "localStorage" | "sessionStorage", name: string): KeptText {
  const listeners = new Set<() => void>();
  let text = read();

  function read(): string {
    try {
      return window[storage].getItem(name) ?? "";
    } catch {
      // Storage is switched off: it is asked for again with the next visit.
      return "";
    }
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  return {
    use: () => useSyncExternalStore(subscribe, () => text),
    get: () => text,
    set(next) {
      text = next;
      try {
        if (next === "") window[storage].removeItem(name);
        else window[storage].setItem(name, next);
      } catch {
        // Without storage it is known until the page is left.
      }
      for (const listener of listeners) listener();
    },
  };
}
