import { keptText } from "./kept-text.ts";

/** Kept in this tab only, and gone with it: who may change something is asked again in the next. */
const kept = keptText("sessionStorage", "kota-admin-token");

export const adminToken = kept.get;
export const setAdminToken = kept.set;

/** The token of KOTA_ADMIN_TOKEN as the person gave it in this tab; empty: not yet. */
export function useAdminToken(): readonly [string, (token: string) => void] {
  return [kept.use(), setAdminToken];
}
