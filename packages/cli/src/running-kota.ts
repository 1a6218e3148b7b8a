import { KotaError, messageOf } from "@kota/model";
import type { Config } from "@kota/runtime";
import type { StoredReadings } from "@kota/scoring";

/** The API of a kota that runs. */
export interface RunningKota extends StoredReadings {
  readonly url: string;
  /**
   * @throws KotaError `not_found` or `bad_request` in the API's own words, `store_unavailable` when it does not answer.
   */
  get(path: string, parameters: Readonly<Record<string, string | number | undefined>>): Promise<Response>;
}

/** How long a kota on this machine may take to say that it is there. */
const PATIENCE_MS = 2000;

/** Where the API is, by the settings of this process. */
export function apiUrl({
  apiUrl: given,
  httpHost,
  httpPort,
}: Pick<Config, "apiUrl" | "httpHost" | "httpPort">): string {
  if (given !== null) return given.replace(/\/$/, "");
  const host = httpHost === "0.0.0.0" || httpHost === "::" ? "127.0.0.1" : httpHost;
  return `http://${host.includes(":") ? `[${host}]` : host}:${httpPort}`;
}

/** The kota at an address; undefined when nobody answers there. */
export async function findRunningKota(url: string): Promise<RunningKota | undefined> {
  try {
    const health = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await health.body?.cancel();
    if (!health.ok) return undefined;
  } catch {
    return undefined;
  }
  return runningKota(url);
}

export function isRunningKota(readings: StoredReadings): readings is RunningKota {
  return "url" in readings;
}

/** @throws KotaError `store_unavailable` when nobody answers at the address. */
export async function requireRunningKota(url: string): Promise<RunningKota> {
  const found = await findRunningKota(url);
  if (found) return found;
  throw new KotaError(
    "store_unavailable",
    `No kota answers at ${url}. Start one, or give the address of one with --url.`,
  );
}

function runningKota(url: string): RunningKota {
  const get: RunningKota["get"] = async (path, parameters) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, String(value));
    }
    let response: Response;
    try {
      response = await fetch(`${url}${path}?${query}`);
    } catch (cause) {
      throw new KotaError("store_unavailable", `${url} does not answer: ${messageOf(cause)}`, { cause });
    }
    if (response.ok) return response;
    const detail = await response
      .json()
      .then((problem) => String((problem as { readonly detail?: unknown }).detail))
      .catch(() => `status ${response.status}`);
    const code =
      response.status === 404 ? "not_found" : response.status === 400 ? "bad_request" : "store_unavailable";
    throw new KotaError(code, `${url} says: ${detail}`);
  };
  return {
    url,
    get,
    async series({ device, metric, from, to, limit }) {
      const points: { time: number; last: number }[] = [];
      for (let next: number | null = from; next !== null && points.length < limit; ) {
        const response = await get("/v1/series", { device, metric, from: next, to, step: "raw" });
        const page = (await response.json()) as {
          readonly next: string | null;
          readonly points: readonly { readonly time: string; readonly last: number }[];
        };
        for (const { time, last } of page.points) points.push({ time: Date.parse(time), last });
        next = page.next === null ? null : Date.parse(page.next);
      }
      return points.slice(0, limit);
    },
  };
}
