import { type ReactNode, useMemo, useState } from "react";
import type { Rejection } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Choice } from "../../ui/choice.tsx";
import { bytesOf, hexDump, laidOut } from "./hex.ts";

const MOST_BYTES = 4096;

/** The payload as text or in hex; what is not text starts in hex. */
export function Payload({
  payloadText,
  payloadBase64,
  size,
}: Pick<Rejection, "payloadText" | "payloadBase64" | "size">): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const [asHex, setAsHex] = useState(payloadText === null);
  const hex = useMemo(
    () => (asHex ? hexDump(bytesOf(payloadBase64, MOST_BYTES)) : ""),
    [asHex, payloadBase64],
  );
  const bytes = t("rejections.bytes", { count: size, n: format.count(size) });
  if (size === 0) return <span className="muted">{t("rejections.emptyPayload")}</span>;
  return (
    <>
      <div className="payload-head">
        <span className="muted">{bytes}</span>
        <Choice
          label={t("rejections.shownAs")}
          value={asHex ? "hex" : "text"}
          options={(["text", "hex"] as const).map((id) => ({
            id,
            title: t(id === "hex" ? "rejections.hex" : "rejections.text"),
          }))}
          onValue={(form) => setAsHex(form === "hex")}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="payload" tabIndex={0} aria-label={t("rejections.payload")}>
        <pre className={asHex ? "payload-hex" : undefined}>
          {asHex ? hex : payloadText === null ? t("rejections.notText") : laidOut(payloadText)}
        </pre>
      </section>
      {asHex && size > MOST_BYTES && (
        <p className="muted">{t("rejections.cut", { n: format.count(MOST_BYTES) })}</p>
      )}
    </>
  );
}
