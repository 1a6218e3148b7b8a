import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The files of a new adapter in TypeScript in a city's folder, by their path in `adapters/`. */
export function cityCodeFiles(name: string, title: string, topic: string): Readonly<Record<string, string>> {
  const example = {
    source: "Made up by 'kota adapter new'; put what a device sent in its place, with where it is from.",
    licence: "unknown",
    topic: topic.replaceAll("+", "device-1").replace("#", "device-1"),
  };
  const receivedAt = "2026-01-15T12:00:00Z";
  return {
    [`${name}/adapter.ts`]: `import { defineAdapter, refuse, topicLevel } from "@kota/adapters";
import { z } from "zod";

/** What the device sends, as far as it is used here; other fields are dropped. */
const Payload = z.object({ temperature: z.number(), ok: z.boolean().default(true) });

export default defineAdapter({
  id: ${JSON.stringify(name)},
  title: ${JSON.stringify(title)},
  // Raise it whenever the same message would decode to something else: every reading carries it.
  version: 1,
  source: "the vendor's documentation",
  claims: { topics: [${JSON.stringify(topic)}] },
  schema: Payload,
  // Names and units of metrics: /v1/metrics of a running kota. A time of null is the time of the receipt.
  decode({ temperature, ok }, { message }) {
    const device = topicLevel(message.topic, ${Math.max(0, levelOf(topic))});
    if (!ok) refuse("no_values", "ok is false: the device says that its sensor does not work.", device);
    return [{ device, time: null, values: { temperature } }];
  },
});
`,
    [`${name}/examples/typical.json`]: json({
      about: "A message as the device sends it.",
      ...example,
      payload: { temperature: 21.5 },
      receivedAt,
      expect: {
        readings: [
          {
            device: example.topic.split("/")[Math.max(0, levelOf(topic))] ?? "",
            time: null,
            values: { temperature: 21.5 },
          },
        ],
      },
    }),
    [`${name}/examples/refused.json`]: json({
      about: "A device that says that it is defective gives no reading.",
      ...example,
      payload: { temperature: 85, ok: false },
      receivedAt,
      expect: { rejection: "no_values" },
    }),
  };
}

/** The first level of a filter that is open: it names the device. */
function levelOf(topic: string): number {
  return topic.split("/").findIndex((level) => level === "+" || level === "#");
}

/** The files of a new codec in a city's folder, by their path in `adapters/`. */
export function codecFiles(name: string): Readonly<Record<string, string>> {
  return {
    [`${name}.js`]: `// Put the codec of the device's maker in place of this one, as it is: decodeUplink(input) of LoRa Alliance TS013,
// or Decode(fPort, bytes, variables), or Decoder(bytes, port). It runs in a sandbox: no network, no files, no timers.
function decodeUplink(input) {
  if (input.fPort !== 1) return { errors: ["unknown fPort " + input.fPort] };
  return {
    data: {
      temp: ((input.bytes[0] << 24) >> 16 | input.bytes[1]) / 10, // °C
      lvl: input.bytes[2], // %
    },
  };
}
`,
    [`${name}.mapping.yaml`]: `# Which field is which metric. Fields with a common name (temperature, humidity, battery …) need no line.
fields:
  temp: temperature
  lvl: fill_level
  # distance: { metric: distance, unit: cm, absent: [9999] }
  # status: null        # left out
`,
    [`${name}.json`]: json([
      { description: "a usual uplink", fPort: 1, bytes: "00d748", data: { temp: 21.5, lvl: 72 } },
      { description: "an unknown port", fPort: 9, bytes: "00", errors: ["unknown fPort 9"] },
    ]),
    [`${name}/examples/typical.json`]: json({
      about: "An uplink as The Things Stack sends it, and the readings it must give.",
      source: "Made up by 'kota adapter new'.",
      licence: "unknown",
      topic: "v3/app@tenant/devices/device-1/up",
      payload: {
        end_device_ids: { device_id: "device-1" },
        uplink_message: { f_port: 1, frm_payload: Buffer.from("00d748", "hex").toString("base64") },
      },
      receivedAt: "2026-01-15T12:00:00Z",
      expect: {
        readings: [{ device: "device-1", time: null, values: { temperature: 21.5, fill_level: 72 } }],
      },
    }),
  };
}

/**
 * For the engineer's editor: where the types of what a city's adapter imports are on this machine. kota itself does not
 * read it, and it is of no use on another machine.
 */
export function editorFiles(): Readonly<Record<string, string>> {
  const adapters = fileURLToPath(import.meta.resolve("@kota/adapters"));
  const require = createRequire(adapters);
  const types = (file: string): string[] => [file.replace(/\.js$/, ".d.ts")];
  return {
    "tsconfig.json": json({
      compilerOptions: {
        target: "ES2023",
        module: "Preserve",
        strict: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        paths: {
          "@kota/adapters": types(adapters),
          "@kota/model": types(fileURLToPath(import.meta.resolve("@kota/model"))),
          zod: [dirname(require.resolve("zod/package.json"))],
        },
      },
      include: ["*/*.ts"],
    }),
    ".gitignore":
      "# Made by 'kota adapter new' for the editor; its paths are those of one machine.\ntsconfig.json\n",
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
