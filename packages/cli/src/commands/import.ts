import { statSync } from "node:fs";
import { KotaError, messageOf } from "@kota/model";
import { loadCity } from "@kota/runtime";
import { createRowCheck } from "../import/check-row.ts";
import { type Delivery, openDelivery } from "../import/delivery.ts";
import { type Counts, importFile } from "../import/import-file.ts";
import { createMapping, type MappingOptions } from "../import/mapping.ts";
import { openProgressFile } from "../import/progress-file.ts";
import { formatOf, rowsOf } from "../import/rows.ts";
import { settings } from "../settings.ts";

export interface ImportOptions extends MappingOptions {
  readonly format?: string;
  readonly delimiter?: string;
  readonly zone?: string;
  readonly dryRun?: boolean;
  readonly url?: string;
}

/** Bad rows beyond these are only counted. */
const SHOWN_BAD_ROWS = 50;
const MAX_MESSAGE_BYTES = 100_000;

/** `kota import`: files of old readings as kota JSON messages. One JSON line on standard output says what became of the rows. */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<void> {
  const config = settings();
  const { settings: city, devices } = loadCity(config.city);
  const { format, delimiter, zone = city.timeZone, dryRun = false, url, ...mappingOptions } = options;
  const mapping = createMapping(mappingOptions);
  const plans = files.map((file) => {
    readable(file);
    const tab = file.toLowerCase().endsWith(".tsv") ? "\t" : ",";
    return { file, format: formatOf(file, format), delimiter: delimiter ?? tab };
  });
  const check = createRowCheck(city, checkedZone(zone), mapping, Date.now());
  const delivery = dryRun ? undefined : await openDelivery(config, url);
  const seen = new Set<string>();
  const range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  let total: Counts = { rows: 0, readings: 0, bad: 0, resumed: 0 };
  let shown = 0;
  try {
    for (const plan of plans) {
      const { file } = plan;
      const done = total;
      const how = { mappingOptions, zone, ...plan, to: delivery?.to };
      const counts = await importFile({
        rows: rowsOf(file, plan.format, plan.delimiter, mapping),
        check,
        deliver: delivery ? (batch) => delivery.deliver(batch) : null,
        progress: delivery ? openProgressFile(config.dataDir, file, how) : null,
        maxBytes: Math.min(MAX_MESSAGE_BYTES, city.limits.maxPayloadBytes),
        onBad(line, problem) {
          if (shown++ < SHOWN_BAD_ROWS) console.error(`${file}:${line}: ${problem}`);
          else if (shown === SHOWN_BAD_ROWS + 1) console.error("More bad rows are only counted.");
        },
        onReading({ device, time }) {
          seen.add(device);
          range.from = Math.min(range.from, time);
          range.to = Math.max(range.to, time);
        },
        onProgress(so) {
          if (process.stderr.isTTY) process.stderr.write(`\r${progressText(sum(done, so))}`);
        },
      });
      if (counts.resumed > 0)
        console.error(`${file}: went on after row ${counts.resumed}, where an earlier import stopped`);
      total = sum(total, counts);
    }
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\n");
    await delivery?.close();
  }
  await warnOfUnregistered(
    seen,
    devices.map(({ id }) => id),
    delivery,
  );
  const { rows, readings, bad, resumed } = total;
  console.log(
    JSON.stringify({
      dryRun,
      files: files.length,
      rows,
      resumed,
      readings,
      bad,
      devices: seen.size,
      from: Number.isFinite(range.from) ? new Date(range.from).toISOString() : null,
      to: Number.isFinite(range.to) ? new Date(range.to).toISOString() : null,
      delivered: delivery ? delivery.to : null,
    }),
  );
  if (bad > 0) process.exitCode = 1;
}

function sum(a: Counts, b: Counts): Counts {
  return {
    rows: a.rows + b.rows,
    readings: a.readings + b.readings,
    bad: a.bad + b.bad,
    resumed: a.resumed + b.resumed,
  };
}

function progressText({ rows, readings, bad }: Counts): string {
  return `${rows.toLocaleString("en")} rows, ${readings.toLocaleString("en")} readings, ${bad.toLocaleString("en")} bad`;
}

function readable(file: string): void {
  try {
    if (!statSync(file).isFile()) throw new Error("it is no file");
  } catch (cause) {
    throw new KotaError("bad_request", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function checkedZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new KotaError(
      "bad_request",
      `--zone: expected an IANA time zone such as Asia/Jakarta, and got '${zone}'.`,
      { cause },
    );
  }
}

/** Their messages are kept as rejections until they are adopted: better said than found out. */
async function warnOfUnregistered(
  seen: ReadonlySet<string>,
  ofCity: readonly string[],
  delivery: Delivery | undefined,
): Promise<void> {
  const registered = new Set(delivery?.url ? await registeredAt(delivery.url, ofCity) : ofCity);
  const missing = [...seen].filter((device) => !registered.has(device));
  if (missing.length === 0) return;
  const some = missing.slice(0, 5).join(", ");
  console.error(
    `${missing.length === 1 ? "A device is" : `${missing.length} devices are`} not registered (${some}${missing.length > 5 ? " …" : ""}): unless the city adopts devices on kota/v1/…, the messages wait as rejections. 'kota devices adopt <id>' takes them in.`,
  );
}

async function registeredAt(url: string, otherwise: readonly string[]): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/devices?limit=10000`).catch(() => undefined);
  if (!response?.ok) return otherwise;
  const { devices } = (await response.json()) as {
    readonly devices: readonly { readonly id: string; readonly registered: boolean }[];
  };
  return devices.filter(({ registered }) => registered).map(({ id }) => id);
}
