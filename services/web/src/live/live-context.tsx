import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { devicesQuery, scoresQuery, workQuery } from "../api/queries.ts";
import type { Series, Status } from "../api-types.ts";
import { scoreKey } from "../score/score-key.ts";
import { useNow } from "../ui/use-now.ts";
import { mergeWork } from "../work/merge-work.ts";
import { type LiveBatch, type LiveStream, openLiveStream } from "./live-stream.ts";
import { type Liveness, livenessOf } from "./liveness.ts";
import { extendSeries, mergePositions, mergeReadings, mergeScores } from "./merge.ts";

const LiveContext = createContext<LiveStream | null>(null);

/** A rejection or an explanation is read again at most this often, however fast the changes come. */
const REREAD_MS = 3000;
const BUSY_MS = 10_000;

/** Opens the stream once for the page and keeps what the queries hold current. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [stream, setStream] = useState<LiveStream | null>(null);

  useEffect(() => {
    const reread = rereader(client);
    const opened = openLiveStream("/v1/stream", {
      onBatch: (batch) => take(client, batch, reread),
      onReset: () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "city" }),
    });
    const unsubscribe = client.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.query.queryKey[0] !== "status") return;
      if (event.action.type === "success") opened.heard(isBusy(event.action.data as Status));
      if (event.action.type === "error") opened.missed();
    });
    setStream(opened);
    return () => {
      unsubscribe();
      opened.close();
    };
  }, [client]);

  return <LiveContext value={stream}>{children}</LiveContext>;
}

/** Whether kota took in a reading within the last seconds, by its own clock. */
function isBusy({ time, newestReading }: Status): boolean {
  return newestReading !== null && Date.parse(time) - Date.parse(newestReading.receivedAt) < BUSY_MS;
}

function take(client: QueryClient, batch: LiveBatch, reread: (queryKey: readonly string[]) => void): void {
  const { scores, readings, positions, rejections, work, alerts } = batch;
  if (scores.length > 0) {
    client.setQueryData(scoresQuery.queryKey, (before) => before && mergeScores(before, scores));
    for (const score of scores) reread(["explain", scoreKey(score)]);
  }
  if (readings.length > 0) {
    const before = client.getQueryData(devicesQuery.queryKey);
    if (before !== undefined) {
      const { devices, unknown } = mergeReadings(before, readings);
      client.setQueryData(devicesQuery.queryKey, devices);
      if (unknown) reread(devicesQuery.queryKey);
    }
    client.setQueriesData<Series>(
      { queryKey: ["series"], type: "active" },
      (series) => series && readings.reduce(extendSeries, series),
    );
  }
  if (positions.length > 0) {
    client.setQueryData(devicesQuery.queryKey, (before) => before && mergePositions(before, positions));
  }
  if (rejections > 0) reread(["rejections", "last"]);
  if (work.length > 0) {
    client.setQueryData(workQuery.queryKey, (before) => before && mergeWork(before, work));
    reread(["work", "closed"]);
  }
  if (alerts > 0) reread(["alerts"]);
}

/** Reads a query again when it is on the page, at most once per `REREAD_MS`. */
function rereader(client: QueryClient): (queryKey: readonly string[]) => void {
  const waiting = new Set<string>();
  return (queryKey) => {
    const name = queryKey.join(" ");
    if (waiting.has(name)) return;
    if (client.getQueryCache().findAll({ queryKey, type: "active" }).length === 0) return;
    waiting.add(name);
    window.setTimeout(() => {
      waiting.delete(name);
      void client.invalidateQueries({ queryKey });
    }, REREAD_MS);
  };
}

const CONNECTING: Liveness = { state: "connecting" };
const never = (): (() => void) => () => {};

/** Whether what the page shows may be taken for current. */
export function useLiveness(): Liveness {
  const stream = useContext(LiveContext);
  const connection = useSyncExternalStore(stream?.subscribe ?? never, () => stream?.connection() ?? null);
  const now = useNow();
  return connection === null ? CONNECTING : livenessOf(connection, now);
}
