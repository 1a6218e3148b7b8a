import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useWords } from "../../i18n/words.ts";
import { PageHead } from "../../page/page-head.tsx";
import type { PlaygroundSearch, RootSearch } from "../../routing/searches.ts";
import { Loading } from "../../ui/notice.tsx";
import { MessageTrial } from "./message-trial.tsx";

const CodecTrial = lazy(() => import("./codec-trial.tsx").then((module) => ({ default: module.CodecTrial })));

type Search = PlaygroundSearch & RootSearch;

/** Trying out what becomes of a message, and what a codec makes of bytes. Nothing that is tried is stored. */
export function PlaygroundPage(): ReactNode {
  const { t } = useWords();
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (change: PlaygroundSearch, how: "push" | "replace" = "replace"): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ""),
    );
    void navigate({ to: "/playground", search: next, replace: how === "replace", resetScroll: false });
  };
  const isCodec = search.try === "codec";
  return (
    <>
      <PageHead title={t("playground.title")} lead={t("playground.lead")} />
      <fieldset className="ranges ranges-own">
        <legend className="unseen">{t("playground.what")}</legend>
        {(["message", "codec"] as const).map((what) => (
          <label key={what} className={isCodec === (what === "codec") ? "range range-on" : "range"}>
            <input
              type="radio"
              name="playground"
              className="unseen"
              checked={isCodec === (what === "codec")}
              onChange={() => show({ try: what === "codec" ? what : undefined }, "push")}
            />
            {t(`playground.${what}`)}
          </label>
        ))}
      </fieldset>
      {isCodec ? (
        <Suspense fallback={<Loading what={t("playground.editor")} lines={6} />}>
          <CodecTrial search={search} onSearch={show} />
        </Suspense>
      ) : (
        <MessageTrial search={search} onSearch={show} />
      )}
    </>
  );
}
