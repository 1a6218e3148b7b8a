import { KotaError, type Reading, type Rejection, type Score, scoreKey } from "@kota/model";
import type { Refusal, ScoreHistoryQuery, SeriesQuery, TimeSeriesStore } from "@kota/time-series";
import { isRefused } from "./messages.ts";
import type { Random } from "./random.ts";
import type { Peer, Session } from "./session.ts";

const MINUTE_MS = 60_000;

/** The time series of a whole simulated city, which no crash touches. Each process has a view of it. */
export class SimStore implements Peer {
  readonly name = "the time series";
  readonly unavailable = "store_unavailable";
  downUntil = 0;
  readonly #random: Random;
  /** By device, then by time. */
  readonly readings = new Map<string, Map<number, Record<string, number>>>();
  readonly rejections = new Map<string, Rejection>();
  /** By key, then by the start of the minute. */
  readonly #scores = new Map<string, Map<number, Score>>();

  constructor(random: Random) {
    this.#random = random;
  }

  has({ device, time }: Pick<Reading, "device" | "time">): boolean {
    return this.readings.get(device)?.has(time) === true;
  }

  open(session: Session): TimeSeriesStore {
    const notAsked = async (): Promise<never> => {
      throw new KotaError("internal", "no service under simulation asks this");
    };
    return {
      writeReadings: (readings) =>
        session.call(
          this,
          () => this.#write(readings),
          () => void this.#write(readings.slice(0, this.#random.below(readings.length + 1))),
        ),
      writeScores: (scores) =>
        session.call(this, () => {
          for (const score of scores) this.#writeScore(score);
        }),
      writeRejections: (rejections) =>
        session.call(this, () => {
          for (const rejection of rejections) this.rejections.set(rejection.id, rejection);
        }),
      series: (query) => session.call(this, () => this.series(query)),
      scoreHistory: (query) => session.call(this, () => this.scoreHistory(query)),
      check: () => session.ask(this, () => undefined),
      stepsOfDevices: notAsked,
      countReadings: notAsked,
      countByHour: notAsked,
      readingTimes: notAsked,
      latest: notAsked,
      latestAt: notAsked,
      rejections: notAsked,
      countRejections: notAsked,
      close: async () => {},
    };
  }

  #write(readings: readonly Reading[]): Refusal[] {
    const refusals: Refusal[] = [];
    for (const reading of readings) {
      if (isRefused(reading)) {
        refusals.push({ reading, reason: "the simulated time series never takes this value" });
        continue;
      }
      let ofDevice = this.readings.get(reading.device);
      if (ofDevice === undefined) {
        ofDevice = new Map();
        this.readings.set(reading.device, ofDevice);
      }
      ofDevice.set(reading.time, { ...ofDevice.get(reading.time), ...reading.values });
    }
    return refusals;
  }

  #writeScore(score: Score): void {
    const key = scoreKey(score);
    let ofKey = this.#scores.get(key);
    if (ofKey === undefined) {
      ofKey = new Map();
      this.#scores.set(key, ofKey);
    }
    ofKey.set(score.at - (score.at % MINUTE_MS), score);
  }

  scoreHistory({ from, to, limit, ...id }: Omit<ScoreHistoryQuery, "stepMs">) {
    return [...(this.#scores.get(scoreKey(id)) ?? [])]
      .filter(([time]) => time >= from && time < to)
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([time, { score, value, coverage }]) => ({
        ...{ time, score, value, coverage },
        ...{ mean: score, min: score, max: score },
      }));
  }

  series({ device, metric, from, to, limit }: Omit<SeriesQuery, "stepMs">) {
    const points = [...(this.readings.get(device) ?? [])]
      .filter(([time, values]) => time >= from && time < to && values[metric] !== undefined)
      .sort(([a], [b]) => a - b)
      .slice(0, limit);
    return points.map(([time, values]) => {
      const value = values[metric] ?? 0;
      return { time, count: 1, mean: value, min: value, max: value, last: value };
    });
  }
}
