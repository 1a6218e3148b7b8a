import type { Translate } from "../i18n/language.ts";
import type { Liveness } from "./liveness.ts";

/** The badge in words. */
export function shownLiveness(liveness: Liveness, moment: (time: number) => string, t: Translate): string {
  return liveness.state === "stale"
    ? t("live.stale", { time: moment(liveness.since) })
    : t(`live.${liveness.state}`);
}
