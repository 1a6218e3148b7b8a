import { type ReactNode, useId, useState } from "react";
import { useWords } from "../i18n/words.ts";
import { useAdminToken } from "./use-admin-token.ts";

/** Asks for the token that changing something needs, and shows that it is known. */
export function AdminToken(): ReactNode {
  const { t } = useWords();
  const [token, setToken] = useAdminToken();
  const [typed, setTyped] = useState("");
  const field = useId();
  if (token !== "") {
    return (
      <p className="admin-token small muted">
        {t("admin.known")}{" "}
        <button type="button" className="button" onClick={() => setToken("")}>
          {t("admin.forget")}
        </button>
      </p>
    );
  }
  return (
    <form
      className="admin-token small"
      onSubmit={(event) => {
        event.preventDefault();
        setToken(typed.trim());
        setTyped("");
      }}
    >
      <label className="field" htmlFor={field}>
        <span>{t("admin.token")}</span>
        <input
          id={field}
          type="password"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={typed.trim() === ""}>
        {t("admin.use")}
      </button>
      <span className="muted">{t("admin.help")}</span>
    </form>
  );
}
