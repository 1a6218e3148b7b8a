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

const asked = new Set<() => void>();

/** Somebody wants to do something and has not said who they are: the form that asks for it opens. */
export function askOperator(): void {
  for (const listener of asked) listener();
}

/** Calls back whenever it is asked who works here; returns what ends that. */
export function onAskedOperator(listener: () => void): () => void {
  asked.add(listener);
  return () => {
    asked.delete(listener);
  };
}

export function useOperator(): Operator {
  const name = keptName.use();
  const [token] = useAdminToken();
  return { name, token };
}
