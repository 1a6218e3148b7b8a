import type { Alerts } from "@kota/alerts";
import type { EventLog } from "@kota/event-log";
import type { City } from "@kota/model";
import type { Clock, Metrics } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { createAreaSeries } from "./area-series.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { DeviceRegistry } from "./device-registry.ts";
import type { Devices } from "./device-view.ts";
import type { LedgerView } from "./ledger-view.ts";
import type { LiveView } from "./live-view.ts";
import type { Normalizing } from "./normalizing.ts";
import type { PastFindings } from "./past-findings.ts";
import type { PastMoments } from "./past-moments.ts";
import type { StageLag } from "./pipeline.ts";
import { HttpProblem } from "./problem.ts";
import type { Replayer } from "./replay.ts";
import type { ReplayBook } from "./replay-book.ts";
import type { ReportDesk } from "./report-desk.ts";
import type { AlertBook } from "./watch/alert-book.ts";
import type { Watch } from "./watch/watch.ts";
import type { WorkBook } from "./watch/work-book.ts";

/** Fastify with zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes answer from. */
export interface ApiContext {
  readonly city: City;
  readonly store: TimeSeriesStore;
  readonly log: Pick<EventLog, "tail">;
  readonly view: LiveView;
  readonly ledger: LedgerView;
  readonly devices: Devices;
  readonly past: PastMoments;
  readonly pastFindings: PastFindings;
  readonly areaSeries: ReturnType<typeof createAreaSeries>;
  readonly registry: DeviceRegistry;
  readonly book: ReplayBook;
  readonly normalizing: Normalizing;
  readonly reports: ReportDesk;
  readonly workBook: WorkBook;
  /** The rules and channels of the city. */
  readonly alerts: Alerts;
  readonly alertBook: AlertBook;
  readonly watch: Pick<Watch, "isActive" | "deliverers">;
  /** Undefined as long as the registry or the book is not filled. */
  readonly replayer: () => Replayer | undefined;
  /** Tokens for what changes something; null: nothing can be changed. */
  readonly adminTokens: readonly string[] | null;
  /** Tokens for what shows messages as they came; null: anybody may read them. */
  readonly readTokens: readonly string[] | null;
  readonly feed: ChangeFeed;
  readonly pipelineLag: () => Promise<readonly StageLag[]>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly version: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Readiness of the whole process. */
  readonly notReady: () => Promise<readonly string[]>;
}

/** A list that is still being filled would be short without saying so: then there is no answer yet. */
export function assertFilled(view: LiveView): void {
  if (!view.isFilled()) {
    throw new HttpProblem(
      "not_ready",
      "The newest scores and values are still being read; ask again in a few seconds. /readyz says what is missing.",
    );
  }
}

/** Without the reports a score would be missing that there is. */
export function assertReported(reports: ReportDesk): void {
  if (!reports.isFilled()) {
    throw new HttpProblem(
      "not_ready",
      "The reports are still being read; ask again in a few seconds. /readyz says what is missing.",
    );
  }
}

/** What was registered and replayed before has to be known first. */
export function assertHeld({ registry, book }: Pick<ApiContext, "registry" | "book">): void {
  if (!registry.isFilled() || !book.isFilled()) {
    throw new HttpProblem(
      "not_ready",
      "What was registered and replayed before is still being read; ask again in a few seconds. /readyz says what is missing.",
    );
  }
}
