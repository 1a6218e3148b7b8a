import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useWords } from "../i18n/words.ts";
import { onAskedOperator, setOperator, useOperator } from "./operator.ts";

/** Asks who works here, and for the token. Folded away until somebody wants to do something: most only look. */
export function OperatorForm(): ReactNode {
  const { t } = useWords();
  const operator = useOperator();
  const fields = useId();
  const [name, setName] = useState(operator.name);
  const [token, setToken] = useState(operator.token);
  const isKnown = operator.name !== "" && operator.token !== "";
  const form = useRef<HTMLDetailsElement>(null);
  useEffect(
    () =>
      onAskedOperator(() => {
        if (form.current === null) return;
        form.current.open = true;
        const empty = [...form.current.querySelectorAll("input")].find(({ value }) => value === "");
        empty?.focus();
      }),
    [],
  );
  return (
    <details ref={form} className="operator small">
      <summary>{isKnown ? t("operator.is", { name: operator.name }) : t("operator.who")}</summary>
      <form
        className="filters"
        aria-label={t("operator.who")}
        onSubmit={(event) => {
          event.preventDefault();
          setOperator({ name: name.trim(), token: token.trim() });
          if (form.current !== null) form.current.open = false;
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
