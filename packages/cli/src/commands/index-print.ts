import { type Answer, answer, type IndexName, isRefused, TABLES } from "@kota/indices";
import { KotaError } from "@kota/model";

type Fields = Readonly<Record<string, unknown>>;

const HEADLINES: Readonly<Record<IndexName, (fields: Fields) => string>> = {
  epa: (f) => `US EPA AQI ${f.aqi}: ${f.category}`,
  ispu: (f) => `ISPU ${f.ispu}: ${f.category}`,
  eaqi: (f) => `European air quality index ${f.band} of 6: ${f.name}`,
  who: (f) =>
    `${f.ratio} times the WHO guideline of ${f.guideline} ${f.unit}; meets: ${f.meets ?? "no level"}`,
  nowcast: (f) =>
    `NowCast ${f.nowcast} ${f.unit}, AQI ${f.aqi ?? "beyond the table"}${f.category === null ? "" : `: ${f.category}`}`,
  heatIndex: (f) => `Heat index ${f.hi_f} °F, ${f.hi_c} °C: ${f.category}`,
  wbgtSimple: (f) => `WBGT ${f.wbgt_c} °C (simplified)`,
  noise: (f) => `Lden ${f.lden} dB(A), Lnight ${f.lnight} dB(A)`,
  conversion: (f) => (f.ppb === undefined ? `${f.ug_m3} µg/m³` : `${f.ppb} ppb`),
};

/**
 * Prints the answer to one question: a few lines for a person, or its JSON.
 * Fails with `bad_request` where there is none; as JSON the error is printed and the exit code is the same, 2.
 */
export function printIndex(
  name: IndexName,
  input: object,
  json: boolean,
  print: (text: string) => void,
): void {
  const result = answer(name, input);
  if (json) {
    print(JSON.stringify(result));
    if (isRefused(result)) process.exitCode = 2;
    return;
  }
  if (isRefused(result)) {
    throw new KotaError("bad_request", `${result.error.message} (${result.error.code})`);
  }
  print(textOf(name, input, result));
}

/** The lines for a person: the result, what it was asked for, and the table with its confidence. */
function textOf(name: IndexName, input: object, result: Exclude<Answer, { error: unknown }>): string {
  const fields: Fields = { ...result };
  const asked = Object.entries({ ...input, ...detailsOf(fields) })
    .map(
      ([key, value]) => `${key} ${Array.isArray(value) ? value.map((one) => one ?? "-").join(" ") : value}`,
    )
    .join(", ");
  const head = TABLES.find((one) => one.table === fields.table);
  const lines = [HEADLINES[name](fields), `  ${asked}`];
  if (fields.note !== undefined) lines.push(`  ${fields.note}`);
  if (head) {
    lines.push(
      `  ${head.table} ${head.version}, confidence ${head.confidence} (kota index tables): ${head.title}`,
    );
  }
  return lines.join("\n");
}

function detailsOf({ averaging, truncated, exact, weight, method }: Fields): Fields {
  return Object.fromEntries(
    Object.entries({ averaging, truncated, exact, weight, method }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
