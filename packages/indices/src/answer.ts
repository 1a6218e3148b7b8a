import type { z } from "zod";
import { rounded } from "./decimal.ts";
import { eaqi } from "./eaqi.ts";
import { type AirState, ppbToUgM3, ugM3ToPpb } from "./gas-conversion.ts";
import { heatIndex, wbgtSimple } from "./heat.ts";
import { dailyMean, eightHourMean } from "./hourly-mean.ts";
import { ispu } from "./ispu.ts";
import { noise } from "./noise.ts";
import { nowcast } from "./nowcast.ts";
import { isRefused, type Refused, refused } from "./refused.ts";
import { INDEX_NAMES, INPUTS, type IndexName, type InputOf } from "./request.ts";
import { MOLAR_MASS } from "./tables/molar-mass.ts";
import { usEpaAqi, usEpaSo2Aqi } from "./us-epa-aqi.ts";
import { whoRatio } from "./who-guideline.ts";

/** The fields of a result, or of a refusal, as they go out. */
export type Answer = Readonly<Record<string, unknown>> | Refused;

type Answerer<Name extends IndexName> = (input: InputOf<Name>) => object;

const ANSWERERS: { readonly [Name in IndexName]: Answerer<Name> } = {
  epa: (input) => {
    const value = concentrationOf(input, input.averaging ?? (input.pollutant === "CO" ? "8h" : "24h"));
    if (isRefused(value)) return value;
    const { pollutant, averaging, unit, concentration_24h: day } = input;
    if (day === undefined) return usEpaAqi(pollutant, averaging, value, unit, airOf(input));
    if (pollutant === "SO2" && averaging === "1h") return usEpaSo2Aqi(value, day, unit, airOf(input));
    return refused("bad_request", "concentration_24h goes with SO2 of 1h only.");
  },
  ispu: (input) => {
    const value = concentrationOf(input, "24h");
    if (isRefused(value)) return value;
    return ispu(input.pollutant, input.averaging, value, input.unit, airOf(input));
  },
  eaqi: (input) => eaqi(input.pollutant, input.averaging, input.concentration, input.unit, airOf(input)),
  who: (input) => whoRatio(input.pollutant, input.averaging, input.concentration, input.unit, airOf(input)),
  nowcast: (input) => nowcast(input.pollutant, input.hours_newest_first, input.unit, airOf(input)),
  heatIndex: ({ t_f, t_c, rh }) => {
    if ((t_f === undefined) === (t_c === undefined)) {
      return refused("bad_request", "Give the temperature as t_f or as t_c, one of them.");
    }
    return heatIndex(t_f ?? (t_c ?? 0) * 1.8 + 32, rh);
  },
  wbgtSimple: ({ t_c, rh }) => wbgtSimple(t_c, rh),
  noise: ({ lday, levening, lnight }) => noise(lday, levening, lnight),
  conversion: (input) => {
    const { gas, ppb, ug_m3 } = input;
    if ((ppb === undefined) === (ug_m3 === undefined)) {
      return refused("bad_request", "Give the amount as ppb or as ug_m3, one of them.");
    }
    const air = airOf(input);
    if (air === undefined) {
      return refused("needs_temperature", "A gas converts at a stated temperature: give t_c (and p_atm).");
    }
    const converted = ppb === undefined ? ugM3ToPpb(gas, ug_m3 ?? 0, air) : ppbToUgM3(gas, ppb, air);
    if (isRefused(converted)) return converted;
    return {
      [ppb === undefined ? "ppb" : "ug_m3"]: rounded(converted, 4),
      gas,
      t_c: air.tC,
      p_atm: air.pAtm,
      table: MOLAR_MASS.table,
      version: MOLAR_MASS.version,
    };
  },
};

const byName: ReadonlyMap<string, (input: unknown) => object> = new Map(
  INDEX_NAMES.map((name) => [name, answererOf(name)]),
);

/** The answer to one question about an index by its name, with input from outside; never throws. */
export function answer(index: unknown, input: unknown): Answer {
  const answerer = typeof index === "string" ? byName.get(index) : undefined;
  if (answerer === undefined) {
    return refused("unknown_index", `index: expected one of ${INDEX_NAMES.join(", ")}; got ${shown(index)}.`);
  }
  return answerer(input) as Answer;
}

/** A line of more characters is not a question: whoever reads lines need not keep more of one. */
export const LONGEST_LINE = 1_000_000;

/** One line of JSON, `{"index":…,"input":{…}}`, to one line of JSON; an `id` beside them comes back. Never throws. */
export function answerLine(line: string): string {
  if (line.length > LONGEST_LINE) {
    return JSON.stringify(refused("bad_json", `A line has up to ${LONGEST_LINE} characters.`));
  }
  let question: unknown;
  try {
    question = JSON.parse(line);
  } catch {
    return JSON.stringify(refused("bad_json", `Expected one JSON object a line; got ${shown(line)}.`));
  }
  if (typeof question !== "object" || question === null || Array.isArray(question)) {
    return JSON.stringify(
      refused("bad_request", `Expected {"index":…,"input":{…}}; got ${shown(question)}.`),
    );
  }
  const { index, input, id } = question as { index?: unknown; input?: unknown; id?: unknown };
  const result = answer(index, input);
  return JSON.stringify(id === undefined ? result : { id, ...result });
}

function answererOf<Name extends IndexName>(name: Name): (input: unknown) => object {
  const schema = INPUTS[name] as unknown as z.ZodType<InputOf<Name>>;
  const compute = ANSWERERS[name];
  return (input) => {
    const parsed = schema.safeParse(input);
    return parsed.success ? compute(parsed.data) : malformed(parsed.error, input);
  };
}

function malformed(error: z.ZodError, input: unknown): Refused {
  const issue = error.issues[0];
  const field = issue?.path[0];
  const message = `input${issue?.path.map((part) => `.${String(part)}`).join("") ?? ""}: ${issue?.message ?? "not usable"}`;
  const value = typeof field === "string" ? (input as Record<string, unknown>)[field] : undefined;
  const code =
    typeof value !== "string"
      ? "bad_request"
      : field === "pollutant" || field === "gas"
        ? "unknown_pollutant"
        : field === "unit"
          ? "unknown_unit"
          : field === "averaging"
            ? "unsupported_averaging"
            : "bad_request";
  return refused(code, value === undefined ? message : `${message}; got ${shown(value)}`);
}

/** The concentration given, or the mean of the hours given, by the rule of the averaging time. */
function concentrationOf(
  input: { readonly concentration?: number | undefined; readonly hours?: (number | null)[] | undefined },
  averaging: string,
): number | Refused {
  const { concentration, hours } = input;
  if ((concentration === undefined) === (hours === undefined)) {
    return refused("bad_request", "Give a concentration or the hours it is the mean of, one of them.");
  }
  if (concentration !== undefined) return concentration;
  if (averaging === "1h") return refused("bad_request", "An index of 1h takes a concentration, not hours.");
  const mean = averaging === "8h" ? eightHourMean(hours ?? []) : dailyMean(hours ?? []);
  return isRefused(mean) ? mean : mean.mean;
}

function airOf(input: { readonly t_c?: number | undefined; readonly p_atm?: number | undefined }) {
  if (input.t_c === undefined) return undefined;
  return { tC: input.t_c, pAtm: input.p_atm ?? 1 } satisfies AirState;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
