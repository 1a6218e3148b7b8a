import { useMutation, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from "react";
import { sendJson } from "../../api/fetch-json.ts";
import { codecSamplesQuery } from "../../api/queries.ts";
import type { CodecRun, CodecSamples } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import type { PlaygroundSearch } from "../../routing/searches.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { CodecResults } from "./codec-results.tsx";
import { packText, unpackText } from "./packed-text.ts";
import { readUplinks, type Written, writeUplinks } from "./uplinks.ts";

const CodeEditor = lazy(() => import("./code-editor.tsx"));

type Sample = CodecSamples[number];

interface Draft {
  readonly source: string;
  /** JSON: a list of uplinks, each with what it has to give where that is known. */
  readonly uplinks: string;
}

/** A payload codec to write and to run over uplinks, in the sandbox of the server. */
export function CodecTrial({
  search,
  onSearch,
}: {
  search: PlaygroundSearch;
  onSearch: (change: PlaygroundSearch) => void;
}): ReactNode {
  const { t } = useWords();
  const { data: samples, error, refetch } = useQuery(codecSamplesQuery);
  const [draft, setDraft] = useState<Draft | null>(null);
  const begun = useRef(false);

  useEffect(() => {
    if (begun.current || samples === undefined) return;
    begun.current = true;
    void draftOf(search, samples).then(setDraft);
  });

  if (error !== null && samples === undefined) {
    return <Failure what={t("playground.codecs")} error={error} onRetry={() => void refetch()} />;
  }
  if (samples === undefined || draft === null) return <Loading what={t("playground.codecs")} lines={6} />;
  return (
    <Trial
      key={search.codec ?? ""}
      draft={draft}
      samples={samples}
      chosen={search.codec ?? samples[0]?.name ?? ""}
      onSample={(sample) => {
        setDraft(draftOfSample(sample));
        onSearch({ codec: sample.name, code: undefined, uplinks: undefined });
      }}
      onDraft={setDraft}
      onSearch={onSearch}
    />
  );
}

function Trial({
  draft,
  samples,
  chosen,
  onSample,
  onDraft,
  onSearch,
}: {
  draft: Draft;
  samples: readonly Sample[];
  chosen: string;
  onSample: (sample: Sample) => void;
  onDraft: (draft: Draft) => void;
  onSearch: (change: PlaygroundSearch) => void;
}): ReactNode {
  const { t } = useWords();
  const fields = useId();
  const [read, setRead] = useState<Written | null>(null);
  const isWrong = read?.kind === "notRead" || read?.kind === "noBytes";
  const [tooLong, setTooLong] = useState(false);
  const run = useMutation({
    mutationFn: (body: { source: string; uplinks: unknown }) =>
      sendJson<CodecRun>("POST", "/v1/codecs/run", body),
  });
  const start = async (): Promise<void> => {
    const written = readUplinks(draft.uplinks);
    setRead(written);
    if (written.kind === "notRead" || written.kind === "noBytes") return;
    const { uplinks } = written;
    const text = written.kind === "converted" ? writeUplinks(uplinks) : draft.uplinks;
    if (text !== draft.uplinks) onDraft({ ...draft, uplinks: text });
    run.mutate({ source: draft.source, uplinks });
    const sample = samples.find(({ name }) => name === chosen);
    const plain = sample === undefined ? null : draftOfSample(sample);
    const code = draft.source === plain?.source ? undefined : await packText(draft.source);
    const packed = text === plain?.uplinks ? undefined : await packText(text);
    setTooLong(code === null || packed === null);
    onSearch({ code: code ?? undefined, uplinks: packed ?? undefined });
  };
  return (
    <div className="playground">
      <Block
        id="codec"
        title={t("playground.codec")}
        lead={t("playground.codecLead")}
        actions={
          <label className="field small" htmlFor={`${fields}-sample`}>
            <span>{t("playground.startFrom")}</span>
            <select
              id={`${fields}-sample`}
              value={chosen}
              onChange={(event) => {
                const sample = samples.find(({ name }) => name === event.target.value);
                if (sample !== undefined) onSample(sample);
              }}
            >
              {samples.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        }
      >
        <Suspense fallback={<Loading what={t("playground.editor")} lines={8} />}>
          <CodeEditor
            label={t("playground.code")}
            value={draft.source}
            onValue={(source) => onDraft({ ...draft, source })}
          />
        </Suspense>
        <label className="field-wide small" htmlFor={`${fields}-uplinks`}>
          <span>{t("playground.uplinks")}</span>
          <textarea
            id={`${fields}-uplinks`}
            className="payload-field"
            rows={8}
            spellCheck={false}
            value={draft.uplinks}
            aria-invalid={isWrong}
            onChange={(event) => {
              setRead(null);
              onDraft({ ...draft, uplinks: event.target.value });
            }}
          />
        </label>
        {isWrong && (
          <p className="small wrong" role="alert">
            {read.kind === "noBytes"
              ? t("playground.noBytes", { n: read.number })
              : t("playground.notJson", { reason: read.reason })}{" "}
            {t("playground.uplinksHelp")}
          </p>
        )}
        {read?.kind === "converted" && (
          <p className="small muted" role="status">
            {t("playground.converted")}
          </p>
        )}
        <div className="playground-actions">
          <button
            type="button"
            className="button button-main"
            disabled={run.isPending}
            onClick={() => void start()}
          >
            {t("playground.run")}
          </button>
          {tooLong && <span className="small muted">{t("playground.tooLong")}</span>}
        </div>
      </Block>
      <Block id="codec-result" title={t("playground.results")} lead={t("playground.resultsLead")}>
        {run.error !== null ? (
          <Failure title={t("playground.failed")} error={run.error} onRetry={() => void start()} />
        ) : run.data === undefined ? (
          <Notice title={t("playground.nothing")}>{t("playground.nothingRun")}</Notice>
        ) : (
          <CodecResults run={run.data} />
        )}
      </Block>
    </div>
  );
}

function draftOfSample({ source, examples }: Sample): Draft {
  return { source, uplinks: writeUplinks(examples) };
}

async function draftOf(search: PlaygroundSearch, samples: readonly Sample[]): Promise<Draft> {
  const sample = samples.find(({ name }) => name === search.codec) ?? samples[0];
  const plain = sample === undefined ? { source: "", uplinks: "[]" } : draftOfSample(sample);
  const [source, uplinks] = await Promise.all(
    [search.code, search.uplinks].map((packed) => (packed === undefined ? null : unpackText(packed))),
  );
  return { source: source ?? plain.source, uplinks: uplinks ?? plain.uplinks };
}
