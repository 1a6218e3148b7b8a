import { type ReactNode, useId, useState } from "react";
import { useWords } from "../i18n/words.ts";
import { setOperator, useOperator } from "./operator.ts";

/** Asks who works here, and for the token; folded away once both are known. */
export function OperatorForm(): ReactNode {
  const { t } = useWords();
  const operator = useOperator();
  const fields = useId();
  const [name, setName] = useState(operator.name);
  const [token, setToken] = useState(operator.token);
  const isKnown = operator.name !== "" && operator.token !== "";
  return (
    <details className="operator small" open={!isKnown}>
      <summary>{isKnown ? t("operator.is", { name: operator.name }) : t("operator.who")}</summary>
      <form
        className="filters"
        aria-label={t("operator.who")}
        onSubmit={(event) => {
          event.preventDefault();
          setOperator({ name: name.trim(), token: token.trim() });
        }}
      >
        <div className="field">
          <label htmlFor={`${fields}-name`}>{t("operator.name")}</label>
          <input
            id={`${fields}-name`}
            type="text"
            autoComplete="name"
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor={`${fields}-token`}>{t("operator.token")}</label>
          <input
            id={`${fields}-token`}
            type="password"
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </div>
        <button type="submit" className="button">
          {t("operator.keep")}
        </button>
        <p className="muted">{t("operator.help")}</p>
      </form>
    </details>
  );
}
