import { CITY_AREA, type City, KotaError } from "@kota/model";
import type { JsonPoll, Open311Poll, PlainReport, Poll, ReportRules } from "@kota/reports";
import { z } from "zod";
import { areaAt } from "./area-at.ts";
import type { ConditionalFetch } from "./conditional-fetch.ts";
import { pointedAt } from "./json-pointer.ts";
import { medianDaysToClose, Open311Request, shareInTime } from "./open311-requests.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** So many answers of one poll at most: a server that never gives less than its most is not asked for ever. */
const MOST_ANSWERS = 500;

export interface Asking {
  readonly areas: City["areas"];
  readonly rules: ReportRules;
  readonly fetching: ConditionalFetch;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * What a source says at a time, as reports.
 * @throws KotaError `source_unavailable` or `source_refused`
 */
export function askSource(poll: Poll, asking: Asking): Promise<PlainReport[]> {
  return poll.kind === "open311" ? askOpen311(poll, asking) : askJson(poll, asking);
}

async function askOpen311(poll: Open311Poll, asking: Asking): Promise<PlainReport[]> {
  const { fetching, now, signal } = asking;
  const end = now - (now % HOUR_MS);
  // On whole days, so that the address of a day's requests stays the same and is asked for only when it has changed.
  const start = end - (end % DAY_MS) - poll.window;
  const requests = new Map<string, Open311Request>();
  let answers = 0;
  const read = (json: unknown) => {
    const list = z.array(z.unknown()).safeParse(json);
    if (!list.success)
      throw new KotaError("source_refused", `${poll.url}: expected a list of service requests.`);
    return list.data.flatMap((each) => {
      const request = Open311Request.safeParse(each);
      return request.success ? [request.data] : [];
    });
  };
  const ask = async (from: number, to: number): Promise<void> => {
    if (++answers > MOST_ANSWERS)
      throw new KotaError("source_refused", `${poll.url}: more than ${MOST_ANSWERS} answers for one poll.`);
    const found = await fetching.get(requestsUrl(poll, from, to), read, signal);
    if (found.length >= poll.most && to - from > HOUR_MS) {
      const middle = from + Math.ceil((to - from) / 2 / HOUR_MS) * HOUR_MS;
      await ask(from, middle);
      await ask(middle, to);
      return;
    }
    for (const request of found) requests.set(request.id, request);
  };
  for (let from = start; from < end; from += 7 * DAY_MS) await ask(from, Math.min(from + 7 * DAY_MS, end));
  return open311Reports(poll, [...requests.values()], asking, { from: start, to: end });
}

/** A request at the end of one answer and the beginning of the next is one. */
function requestsUrl({ url, jurisdiction }: Open311Poll, from: number, to: number): string {
  const address = new URL(`${url.replace(/\/$/, "")}/requests.json`);
  if (jurisdiction !== undefined) address.searchParams.set("jurisdiction_id", jurisdiction);
  address.searchParams.set("start_date", timeText(from));
  address.searchParams.set("end_date", timeText(to));
  return address.href;
}

function open311Reports(
  poll: Open311Poll,
  requests: readonly Open311Request[],
  { areas, rules, now }: Asking,
  period: { readonly from: number; readonly to: number },
): PlainReport[] {
  const within = requests.filter(
    ({ requested }) => requested !== null && requested >= period.from && requested < period.to,
  );
  const byArea = new Map<string, Open311Request[]>([[CITY_AREA, within]]);
  for (const request of within) {
    const { lat, lon } = request;
    const area = lat === null || lon === null ? null : areaAt(areas, lat, lon);
    if (area !== null) byArea.set(area, [...(byArea.get(area) ?? []), request]);
  }
  const { least, promise, indicators } = poll;
  return [...byArea].flatMap(([area, of]) => {
    const share = shareInTime(of, period.to, { promiseMs: promise, least });
    const days = medianDaysToClose(of, least);
    const made: PlainReport[] = [];
    const add = (indicator: string | undefined, value: number | null, unit: string) => {
      if (indicator === undefined || value === null) return;
      if ((rules.indicators.get(indicator)?.scope === "city") !== (area === CITY_AREA)) return;
      const note = `From ${of.length} service requests.`;
      made.push({ ...shared(poll, now), indicator, area, value, unit, note, period: periodText(period) });
    };
    add(indicators.share_in_time, share, "%");
    add(indicators.median_days_to_close, days, "d");
    return made;
  });
}

async function askJson(poll: JsonPoll, { fetching, now, signal }: Asking): Promise<PlainReport[]> {
  const { indicator, area, unit, every, factor } = poll;
  const { value, stated } = await fetching.get(
    poll.url,
    (json) => ({ value: numberAt(json, poll), stated: periodAt(json, poll) }),
    signal,
  );
  const end = now - (now % every);
  const period = stated ?? periodText({ from: end - every, to: end });
  return [{ ...shared(poll, now), indicator, area, unit, value: value * factor, period }];
}

function periodAt(json: unknown, { url, period: pointer }: JsonPoll): string | undefined {
  if (pointer === undefined) return undefined;
  const stated = pointedAt(json, pointer);
  if (typeof stated === "string" || typeof stated === "number") return String(stated);
  throw new KotaError("source_refused", `${url}: there is no period at ${pointer}.`);
}

function numberAt(json: unknown, { url, value: pointer }: JsonPoll): number {
  const value = pointedAt(json, pointer);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new KotaError(
    "source_refused",
    `${url}: expected a number at ${pointer || "the whole answer"}, got ${JSON.stringify(value)?.slice(0, 60) ?? "nothing"}.`,
  );
}

/** The day of the report is the day on which it was asked for. */
function shared(
  { author, source, quality, evidence }: Poll,
  now: number,
): Pick<PlainReport, "author" | "source" | "quality" | "evidence" | "date"> {
  return { author, source, quality, evidence, date: new Date(now).toISOString().slice(0, 10) };
}

function periodText({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${timeText(from)}/${timeText(to)}`;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
