import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { lastRejectionsQuery } from "../../api/queries.ts";
import type { RejectionCode } from "../../api-types.ts";
import { PipelineBlock } from "../../blocks/pipeline/pipeline-block.tsx";
import { RejectionList } from "../../blocks/rejections/rejection-list.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";

/** Is data flowing, and what did not get through. */
export function PipelinePage(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("pipeline.title")} lead={t("pipeline.lead")} />
      <PipelineBlock />
      <LastRejections />
    </>
  );
}

function LastRejections(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { data, error, refetch } = useQuery(lastRejectionsQuery(null));
  const counts = (Object.entries(data?.counts ?? {}) as [RejectionCode, number][]).sort(
    ([, a], [, b]) => b - a,
  );
  return (
    <Block
      id="rejections"
      title={t("rejections.last")}
      lead={counts.map(([code, count]) => `${t(`code.${code}.title`)} ${format.count(count)}`).join(" · ")}
      actions={
        <Link className="button" to="/rejections">
          {t("rejections.allOf")}
        </Link>
      }
    >
      {error !== null && data === undefined ? (
        <Failure what={t("what.rejections")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.rejections")} />
      ) : data.rejections.length === 0 ? (
        <Notice title={t("rejections.none")}>{t("rejections.noneHelp")}</Notice>
      ) : (
        <RejectionList rejections={data.rejections} />
      )}
    </Block>
  );
}
