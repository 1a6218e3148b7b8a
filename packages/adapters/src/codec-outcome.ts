import { type MetricName, metric } from "@kota/model";
import { Collector } from "./collector.ts";
import { type PassedOver, takeCommonValues } from "./common-values.ts";
import { excerpt, show } from "./explain.ts";
import type { JsonObject } from "./json.ts";
import { Refusal } from "./refusal.ts";

/** What becomes of one field that a codec returned. */
export type FieldOutcome = { readonly field: string; readonly holds: string } & (
  | {
      readonly metric: MetricName;
      /** In the metric's unit. */
      readonly value: number;
      /** Null: the device's own value. */
      readonly channel: string | null;
      /** The catalogue says that it cannot be: it rejects the whole message. */
      readonly isPossible: boolean;
    }
  | { readonly metric: null; readonly why: PassedOver }
);

export interface CodecOutcome {
  readonly fields: readonly FieldOutcome[];
  /** Why nothing of the uplink is taken, whatever its fields give; null: what they give is. */
  readonly refusal: string | null;
}

const MOST_FIELDS = 100;
const LONGEST = 80;

/** What becomes of what a codec returned, field by field, when no mapping says which are which metrics. */
export function codecOutcome(decoded: JsonObject): CodecOutcome {
  const fields: FieldOutcome[] = [];
  const add = (outcome: FieldOutcome): void => {
    if (fields.length < MOST_FIELDS) fields.push(outcome);
  };
  const about = (field: string, value: unknown) => ({
    field: excerpt(field, LONGEST),
    holds: show(value),
  });
  try {
    takeCommonValues(new Collector("device", null), decoded, "device", undefined, {
      took(field, value, name, number, channel) {
        const known = metric(name);
        const isPossible = known !== undefined && number >= known.min && number <= known.max;
        add({ ...about(field, value), metric: name, value: number, channel, isPossible });
      },
      passed: (field, value, why) => add({ ...about(field, value), metric: null, why }),
    });
  } catch (error) {
    if (error instanceof Refusal) return { fields, refusal: error.message };
    throw error;
  }
  const impossible = fields.find((one) => one.metric !== null && !one.isPossible);
  return { fields, refusal: impossible ? impossibleIn(impossible) : null };
}

function impossibleIn(outcome: FieldOutcome): string | null {
  const known = outcome.metric === null ? undefined : metric(outcome.metric);
  if (outcome.metric === null || known === undefined) return null;
  const { field, value } = outcome;
  return `${field}: ${outcome.metric} would be ${value} ${known.unit}; possible are ${known.min} to ${known.max} ${known.unit}.`;
}
