import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { KotaError, messageOf } from "@kota/model";
import { pointInTime } from "../point-in-time.ts";
import { apiUrl, requireRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";

export interface EvidenceCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly format: string;
  readonly out?: string;
  readonly url?: string;
}

/** `kota evidence`: every indicator and score of a period, from the kota that runs, to a file or to standard output. */
export async function evidence({ from, to, step, format, out, url }: EvidenceCommandOptions): Promise<void> {
  const kota = await requireRunningKota(url?.replace(/\/$/, "") ?? apiUrl(settings()));
  const { body } = await kota.get("/v1/evidence", {
    from: from === undefined ? undefined : pointInTime("from", from),
    to: to === undefined ? undefined : pointInTime("to", to),
    step,
    format,
  });
  if (body === null) throw new KotaError("internal", "The evidence came without a body.");
  const rows = Readable.fromWeb(body as never);
  try {
    if (out === undefined) await pipeline(rows, process.stdout, { end: false });
    else await pipeline(rows, createWriteStream(out));
  } catch (cause) {
    throw new KotaError("store_unavailable", `The evidence was cut short: ${messageOf(cause)}`, { cause });
  }
}
