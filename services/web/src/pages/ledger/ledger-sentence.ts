import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { LedgerBalance } from "../../api-types.ts";
import type { Format } from "../../format/format.ts";
import type { Translate } from "../../i18n/language.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";

/** @param device Its name; null: of every device */
export type LedgerSentence = (total: LedgerBalance, span: string, device: string | null) => string;

/**
 * Where all that was received is, for somebody who never heard of a ledger: `Of 67,604 readings received in the last 24
 * hours, 67,590 are stored, 14 had come before, and none is missing.` What there is none of is left out.
 */
export function ledgerSentence(
  t: Translate,
  language: string,
  format: Pick<Format, "count">,
): LedgerSentence {
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  const counted = (count: number) => ({ count, n: format.count(count) });
  return ({ received, stored, rejected, duplicate, pending, difference }, span, device) => {
    if (received === 0) {
      return device === null
        ? t("ledger.saysNothing", { span })
        : t("ledger.saysNothingOf", { span, device });
    }
    const parts = list.format([
      t("ledger.says.stored", counted(stored)),
      ...(rejected > 0 ? [t("ledger.says.rejected", counted(rejected))] : []),
      ...(duplicate > 0 ? [t("ledger.says.duplicate", counted(duplicate))] : []),
      ...(pending > 0 ? [t("ledger.says.pending", counted(pending))] : []),
      difference === 0 ? t("ledger.says.noneMissing") : t("ledger.says.missing", counted(difference)),
    ]);
    return device === null
      ? t("ledger.sum", { ...counted(received), span, parts })
      : t("ledger.sumOf", { ...counted(received), span, parts, device });
  };
}

export function useLedgerSentence(): LedgerSentence {
  const { t } = useWords();
  const { i18n } = useTranslation();
  const { format } = useCity();
  return useMemo(() => ledgerSentence(t, i18n.language, format), [t, i18n.language, format]);
}
