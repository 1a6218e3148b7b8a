import type { Words } from "../../i18n/words.ts";
import type { Verdict } from "./flow-verdict.ts";

/** Why data flow, or do not, in a sentence. */
export function sentenceOf({ reason }: Verdict, { t, length }: Words): string {
  switch (reason.is) {
    case "said":
      return reason.sentence;
    case "silent":
      return t("pipeline.verdict.silent", { length: length(reason.ms) });
    case "behind":
      return t("pipeline.verdict.behind", { groups: reason.groups });
    default:
      return t(`pipeline.verdict.${reason.is}`);
  }
}
