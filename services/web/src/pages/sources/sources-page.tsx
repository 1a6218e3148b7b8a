import type { ReactNode } from "react";
import { SourcesBlock } from "../../blocks/sources/sources-block.tsx";
import { useWords } from "../../i18n/words.ts";
import { PageHead } from "../../page/page-head.tsx";

/** Where every number comes from, and what may be done with it. */
export function SourcesPage(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("sources.title")} lead={t("sources.lead")} />
      <SourcesBlock />
    </>
  );
}
