import { useSyncExternalStore } from "react";

/** Who works at this browser. */
export interface Operator {
  /** As others read it beside what was done. */
  readonly name: string;
  /** The token of KOTA_ADMIN_TOKEN. */
  readonly token: string;
}

const NAME = "kota-operator";
const TOKEN = "kota-admin-token";
const listeners = new Set<() => void>();
let known: Operator = { name: kept("localStorage", NAME), token: kept("sessionStorage", TOKEN) };

function kept(storage: "localStorage" | "sessionStorage", key: string): string {
  try {
    return window[storage].getItem(key) ?? "";
  } catch {
    // Storage is switched off: it is asked for again with the next visit.
    return "";
  }
}

/** Keeps the name in the browser, and the token until the tab is closed. */
export function setOperator(operator: Operator): void {
  known = operator;
  try {
    window.localStorage.setItem(NAME, operator.name);
    window.sessionStorage.setItem(TOKEN, operator.token);
  } catch {
    // It holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useOperator(): Operator {
  return useSyncExternalStore(subscribe, () => known);
}
