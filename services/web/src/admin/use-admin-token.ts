import { useSyncExternalStore } from "react";

/** Kept in this tab only, and gone with it: who may change something is asked again in the next. */
const NAME = "kota-admin-token";
const listeners = new Set<() => void>();
let token = read();

function read(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function setToken(next: string): void {
  token = next;
  try {
    if (next === "") sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, next);
  } catch {
    // Without storage it is known until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The token of KOTA_ADMIN_TOKEN as the person gave it in this tab; empty: not yet. */
export function useAdminToken(): readonly [string, (token: string) => void] {
  return [useSyncExternalStore(subscribe, () => token), setToken];
}
