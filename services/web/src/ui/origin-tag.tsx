import type { ReactNode } from "react";
import type { Origin } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";

/** Says where a device's readings come from; it stands wherever a device stands. */
export function OriginTag({ origin }: { origin: Origin | null }): ReactNode {
  const { t } = useWords();
  if (origin === null) return <span className="tag">{t("origin.none")}</span>;
  return (
    <span className={`tag tag-${origin}`} title={t(`origin.${origin}Meaning`)}>
      {t(`origin.${origin}`)}
    </span>
  );
}
