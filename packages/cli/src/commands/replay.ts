import { KotaError } from "@kota/model";
import { adminApi } from "../admin-api.ts";
import { pointInTime } from "../point-in-time.ts";
import { addResults, type ReplayResult, replayText } from "../replay-text.ts";
import { settings } from "../settings.ts";

export interface ReplayOptions {
  readonly from?: string;
  readonly to?: string;
  readonly code?: string;
  readonly adapter?: string;
  readonly device?: string;
  readonly topic?: string;
  readonly dryRun?: boolean;
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly url?: string;
}

/** `kota replay`: what stored rejections would become today; with `--apply` their messages go through the flow again. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { code, adapter, device, topic, apply = false, dryRun = false, json, url } = options;
  if (apply && dryRun)
    throw new KotaError("bad_request", "--dry-run and --apply say the opposite; give one of them.");
  const api = adminApi(settings(), url);
  const selection = {
    dryRun: !apply,
    ...(options.from === undefined ? {} : { from: pointInTime("from", options.from) }),
    ...(options.to === undefined ? {} : { to: pointInTime("to", options.to) }),
    code,
    adapter,
    device,
    topic,
  };
  let result: ReplayResult | undefined;
  do {
    const part: ReplayResult = await api.send("POST", "/v1/rejections/replay", {
      ...selection,
      cursor: result?.nextCursor ?? undefined,
    });
    result = result ? addResults(result, part) : part;
    if (process.stderr.isTTY && part.nextCursor) process.stderr.write(`\r${result.selected} rejections`);
  } while (result.nextCursor !== null);
  console.log(json ? JSON.stringify(result) : replayText(result).join("\n"));
}
