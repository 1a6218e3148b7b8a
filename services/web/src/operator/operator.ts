import { keptText } from "../admin/kept-text.ts";
import { setAdminToken, useAdminToken } from "../admin/use-admin-token.ts";

/** Who works at this browser. */
export interface Operator {
  /** As others read it beside what was done. */
  readonly name: string;
  /** The token of KOTA_ADMIN_TOKEN. */
  readonly token: string;
}

const keptName = keptText("localStorage", "kota-operator");

/** Keeps the name in the browser, and the token until the tab is closed. */
export function setOperator({ name, token }: Operator): void {
  keptName.set(name);
  setAdminToken(token);
}

export function useOperator(): Operator {
  const name = keptName.use();
  const [token] = useAdminToken();
  return { name, token };
}
