import { KotaError } from "@kota/model";
import { publishLoad } from "@kota/simulator";
import { settings } from "../settings.ts";

/** `kota load`: a load of kota JSON readings. One JSON line on standard output says what was sent and acknowledged. */
export async function load(options: Record<string, string | undefined>): Promise<void> {
  const config = settings();
  const messages = whole(options, "messages", 1);
  const start = options.start ? Date.parse(options.start) : Date.now() - 3_600_000;
  if (Number.isNaN(start))
    throw new KotaError("bad_request", `--start: expected an ISO 8601 time, got '${options.start}'.`);
  const result = await publishLoad({
    url: options.url ?? config.mqttUrl ?? `mqtt://127.0.0.1:${config.mqttPort}`,
    username: config.mqttUsername,
    password: config.mqttPassword,
    messages,
    devices: whole(options, "devices", 1),
    connections: whole(options, "connections", 1),
    window: whole(options, "window", 1),
    rate: whole(options, "rate", 0),
    prefix: options.prefix ?? "load",
    start,
    onProgress: (acknowledged) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${acknowledged} of ${messages} acknowledged`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\n");
  console.log(JSON.stringify(result));
}

function whole(options: Record<string, string | undefined>, name: string, min: number): number {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < min) {
    throw new KotaError(
      "bad_request",
      `--${name}: expected a whole number of at least ${min}, got '${options[name]}'.`,
    );
  }
  return value;
}
