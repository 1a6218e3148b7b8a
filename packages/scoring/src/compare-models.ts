import { type Device, type Dimension, type Score, scoreKey } from "@kota/model";
import { evaluate } from "./evaluate.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import type { ScoreModel } from "./score-model.ts";
import type { ScoredArea } from "./scored-area.ts";
import type { Windows } from "./windows.ts";

/** What a score is under two models, for the same readings at the same time. */
export interface ScoreChange {
  readonly area: string;
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
  readonly title: string;
  /** Null: no score; undefined: the model does not have it. */
  readonly before: number | null | undefined;
  readonly after: number | null | undefined;
}

/** A setting that differs between two models; undefined where one does not have it. */
export interface SettingChange {
  /** As `dimensions.environment.aspects.waste.weight`. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A model with the windows that its quality rules make of the readings. */
export interface ModelSide {
  readonly model: ScoreModel;
  readonly windows: Windows;
}

/** Every score under both models, in the order of the newer one; what only the older one has comes last. */
export function compareScores(
  older: ModelSide,
  newer: ModelSide,
  areas: readonly ScoredArea[],
  devices: readonly Device[],
  at: number,
  reports: Reports = NO_REPORTS,
): ScoreChange[] {
  const before = new Map(
    evaluate(older.model, older.windows, areas, devices, at, reports).map((score) => [
      scoreKey(score),
      score,
    ]),
  );
  const changes = evaluate(newer.model, newer.windows, areas, devices, at, reports).map((score) => {
    const earlier = before.get(scoreKey(score));
    before.delete(scoreKey(score));
    return changeOf(score, earlier?.score, score.score);
  });
  return [...changes, ...[...before.values()].map((score) => changeOf(score, score.score, undefined))];
}

function changeOf(
  { area, dimension, aspect, indicator, title }: Score,
  before: number | null | undefined,
  after: number | null | undefined,
): ScoreChange {
  return { area, dimension, aspect, indicator, title, before, after };
}

/** What differs between the settings of two models, defaults included. */
export function compareSettings(older: ScoreModel, newer: ScoreModel): SettingChange[] {
  const before = settingsOf(older);
  const after = settingsOf(newer);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const change = { path, before: before.get(path), after: after.get(path) };
    return change.before === change.after ? [] : [change];
  });
}

function settingsOf({ hash: _, ...model }: ScoreModel): Map<string, string> {
  const settings = new Map<string, string>();
  flatten("", model, settings);
  return settings;
}

/** Lists of things with an id become keys, so that their order is no difference; other lists are one value. */
function flatten(path: string, value: unknown, into: Map<string, string>): void {
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(value) && value.some(isNamed)) {
    for (const item of value) if (isNamed(item)) flatten(below(item.id), item, into);
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) if (key !== "id") flatten(below(key), item, into);
  } else if (!(Array.isArray(value) && value.length === 0)) {
    into.set(path, JSON.stringify(value));
  }
}

function isNamed(value: unknown): value is { readonly id: string } {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}
