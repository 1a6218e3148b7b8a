import { messageOf, type Score } from "@kota/model";
import { type Clock, inSlices, type Logger, type Metrics, type Sliced } from "@kota/runtime";
import type { Evaluator, ReceiptPlace, ScoreNumbers } from "@kota/scoring";
import { EvaluationPace } from "./evaluation-pace.ts";
import type { Reign } from "./reign.ts";

export interface EvaluationDependencies {
  readonly evaluator: Evaluator;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The shortest time from one evaluation to the next, milliseconds. */
  readonly intervalMs: number;
  /** The one whose scores are of now; undefined: none is to be evaluated. */
  readonly current: () => Reign | undefined;
  /** Resolves when they are in the log. */
  readonly publish: (of: Reign, scores: readonly Score[]) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

/**
 * Evaluates the live windows: soon after readings, and a minute once more when it is over. One at a time, as all share what
 * the evaluator knows of every device: so a minute that is settled costs what its devices sent since.
 */
export class Evaluation {
  readonly #deps: EvaluationDependencies;
  readonly #pace: EvaluationPace;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Readings, and since when. */
  #came = 0;
  #since: number;

  constructor(deps: EvaluationDependencies) {
    this.#deps = deps;
    this.#pace = new EvaluationPace(deps.intervalMs);
    this.#since = deps.clock();
  }

  /** The more readings come, the sooner the next evaluation is worth its cost. */
  came(readings: number): void {
    this.#came += readings;
  }

  /** As soon as the pace allows. */
  schedule(of: Reign): void {
    if (this.#timer !== undefined || this.#running !== undefined || of !== this.#deps.current()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run(of);
    }, 0);
  }

  /** Resolves when none is running. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Evaluates and publishes what came. Resolves with for how long it had the processor, milliseconds. */
  async now(of: Reign): Promise<number> {
    if (of.over.signal.aborted || of.readBackTo.size > 0) return 0;
    const { evaluator, clock, metrics, publish } = this.#deps;
    let waiting: readonly number[] = [];
    const { result: changed, busyMs } = await this.#inTurn(async () => {
      const { touched, evaluateAll } = of;
      waiting = of.waiting;
      of.touched = new Set();
      of.waiting = [];
      of.evaluateAll = false;
      const at = clock();
      const steps = evaluator.steps(of.live.windows, at, evaluateAll ? undefined : touched, (place, shown) =>
        of.published.isNews(place, shown, at),
      );
      const { result, busyMs } = await inSlices(steps);
      return { result: result.map(whole), busyMs };
    });
    if (of.over.signal.aborted) return busyMs;
    if (changed.length > 0) await publish(of, changed);
    const now = clock();
    for (const receivedAt of waiting) metrics.readingToScoreSeconds.observe((now - receivedAt) / 1000);
    return busyMs;
  }

  /** Evaluates at another moment than now, and gives the scores that are wanted. */
  async at(
    of: Reign,
    at: number,
    isWanted: (place: ReceiptPlace, numbers: ScoreNumbers) => boolean,
  ): Promise<Sliced<readonly Score[]>> {
    return this.#inTurn(async () => {
      // The next one of now must look at every area again.
      of.evaluateAll = true;
      const steps = this.#deps.evaluator.steps(of.live.windows, at, undefined, isWanted);
      const { result, busyMs } = await inSlices(steps);
      return { result: result.map(whole), busyMs };
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #run(of: Reign): Promise<void> {
    let busyMs = 0;
    try {
      busyMs = await this.now(of);
    } catch (error) {
      if (!of.over.signal.aborted) {
        this.#deps.onProblem(`Scores are not published: ${messageOf(error)}`);
        this.#deps.logger.error(
          { err: error },
          "scores were not published; trying again as the windows slide on",
        );
      }
    }
    this.#running = undefined;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const next = this.#deps.current();
        if (next && (next.touched.size > 0 || next.evaluateAll)) this.schedule(next);
      },
      this.#pace.pauseAfter(busyMs, this.#readingsPerSecond()),
    );
  }

  #readingsPerSecond(): number {
    const now = this.#deps.clock();
    const perSecond = (1000 * this.#came) / Math.max(1, now - this.#since);
    this.#came = 0;
    this.#since = now;
    return perSecond;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

/** Copied with all of its text and lists: it is kept, and the readings behind it are not. */
function whole(score: Score): Score {
  return { ...score };
}
