import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendJson } from "../api/fetch-json.ts";
import { workQuery } from "../api/queries.ts";
import type { WorkAct, WorkItem } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";
import { askOperator, useOperator } from "../operator/operator.ts";
import { shownError } from "../ui/notice.tsx";
import { mergeWork } from "./merge-work.ts";

/** What can be sent along with an act. */
export interface ActDetails {
  readonly note?: string;
  readonly to?: string | null;
  readonly until?: string;
}

/** Does something about an item of the work list, and says how it went. */
export function useAct(id: string): {
  act(kind: WorkAct, details?: ActDetails): Promise<boolean>;
  readonly isSending: boolean;
  /** What went wrong, for a person; null: nothing. */
  readonly problem: string | null;
  /** What was done, for those who listen to the page. */
  readonly said: string;
} {
  const client = useQueryClient();
  const { name, token } = useOperator();
  const { t } = useWords();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  return {
    isSending,
    problem,
    said,
    async act(kind, details = {}) {
      if (name === "" || token === "") {
        setProblem(t("work.needsOperator"));
        askOperator();
        return false;
      }
      setSending(true);
      setProblem(null);
      try {
        const path = `/v1/work/${encodeURIComponent(id)}/${kind}`;
        const item = await sendJson<WorkItem>("POST", path, { by: name, ...details }, token);
        client.setQueryData(workQuery.queryKey, (before) => before && mergeWork(before, [item]));
        void client.invalidateQueries({ queryKey: ["work", "closed"] });
        setSaid(t(`work.did.${kind}`, { by: name }));
        return true;
      } catch (error) {
        setProblem(shownError(error, t));
        return false;
      } finally {
        setSending(false);
      }
    },
  };
}
