import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { ADAPTERS } from "@kota/adapters";
import { FOLDER } from "@kota/city-adapters";
import { KotaError } from "@kota/model";
import { codeFiles } from "../adapter-code.ts";
import { type Draft, draftMapping } from "../adapter-draft.ts";
import { ADAPTER_SOURCES } from "../adapter-examples.ts";
import { cityCodeFiles, codecFiles, editorFiles } from "../city-code.ts";

export interface NewOptions {
  readonly city?: string;
  readonly title?: string;
  readonly format?: Draft["format"];
  readonly topic?: string;
  readonly device?: string;
  readonly time?: string;
  readonly field?: readonly string[];
  readonly sample?: string;
  readonly code?: boolean;
  readonly codec?: boolean;
}

/** `kota adapter new NAME`: a mapping in a city's folder, or with --code an adapter in kota's sources, with two examples. */
export async function newAdapter(name: string, options: NewOptions): Promise<void> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    throw new KotaError(
      "bad_request",
      `Use small letters, digits and single hyphens for the name, not '${name}'.`,
    );
  }
  if (ADAPTERS.some(({ id }) => id === name)) {
    throw new KotaError("bad_request", `'${name}' is the name of an adapter that comes with kota.`);
  }
  const city = options.city ?? process.env.KOTA_CITY;
  if (options.code && city === undefined) return newCode(name, options.title ?? name);
  if (city === undefined || !existsSync(join(city, "city.yaml"))) {
    throw new KotaError(
      "bad_request",
      `An adapter belongs to a city: name its folder with --city or KOTA_CITY${city === undefined ? "" : ` ('${city}' has no city.yaml)`}. To write one in kota's own sources, use --code without a city.`,
    );
  }
  const file = join(city, FOLDER, `${name}.yaml`);
  const folder = join(city, FOLDER, name, "examples");
  for (const path of [file, join(city, FOLDER, `${name}.js`), join(city, FOLDER, name)]) {
    if (existsSync(path))
      throw new KotaError("bad_request", `${path} is there already; nothing was changed.`);
  }
  if (options.code || options.codec) {
    const files = options.code
      ? { ...cityCodeFiles(name, options.title ?? name, options.topic ?? `${name}/+`), ...editorFiles() }
      : codecFiles(name);
    newCityFiles(join(city, FOLDER), files);
    console.log(
      options.code
        ? `next: kota adapter test ${name} --city ${city}`
        : `next: kota adapter test ${name} --city ${city}\nthen: '${name}' in the column codec of devices.csv, or 'kota devices adopt | change <id> --codec ${name}'`,
    );
    return;
  }
  const draft = await completed(name, options);
  const sample = options.sample === undefined ? undefined : readFileSync(options.sample, "utf8");
  const { mapping, typical, refused, readings } = draftMapping(draft, sample);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, mapping);
  writeFileSync(join(folder, "typical.json"), typical);
  writeFileSync(join(folder, "refused.json"), refused);
  console.log(`written\n  ${file}\n  ${join(folder, "typical.json")}\n  ${join(folder, "refused.json")}\n`);
  console.log("the mapping reads its sample as");
  for (const { device, time, values } of readings) {
    console.log(`  ${device} at ${time ?? "the receipt"}: ${JSON.stringify(values)}`);
  }
  console.log(`\nnext: kota adapter test ${name} --city ${city}`);
}

const DEFAULTS = { format: "json", device: "topic:2", field: ["temperature=temperature"] } as const;

/** What the options leave open is asked for at a terminal; elsewhere defaults stand. */
async function completed(name: string, options: NewOptions): Promise<Draft> {
  const { format = DEFAULTS.format, title = name, time } = options;
  const asking = process.stdin.isTTY && process.stdout.isTTY;
  const terminal = asking ? createInterface({ input: process.stdin, output: process.stdout }) : undefined;
  const ask = async (given: string | undefined, question: string, otherwise: string): Promise<string> =>
    given ?? ((await terminal?.question(`${question} [${otherwise}] `))?.trim() || otherwise);
  try {
    const topic = await ask(options.topic, "Which topics? + stands for a level", `${name}/+`);
    const device = await ask(
      options.device,
      "What names the device? topic:<level>, field:<path> or id:<text>",
      DEFAULTS.device,
    );
    const fields =
      options.field ??
      (format === "cayenne-lpp"
        ? []
        : (
            await ask(
              undefined,
              "Which fields? <path>=<metric>, separated by blanks",
              DEFAULTS.field.join(" "),
            )
          ).split(/\s+/));
    return { name, title, format, topic, device, time, fields };
  } finally {
    terminal?.close();
  }
}

/** Writes files that are not there yet; what an editor needs may be. */
function newCityFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const fresh = Object.entries(files).filter(([path]) => !existsSync(join(folder, path)));
  for (const [path, text] of fresh) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  console.log(`written\n${fresh.map(([path]) => `  ${join(folder, path)}`).join("\n")}\n`);
}

function newCode(name: string, title: string): void {
  const folder = join(ADAPTER_SOURCES, name);
  if (existsSync(folder))
    throw new KotaError("bad_request", `${folder} is there already; nothing was changed.`);
  const { files, constant } = codeFiles(name, title);
  mkdirSync(join(folder, "examples"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const list = join(ADAPTER_SOURCES, "adapters.ts");
  const before = readFileSync(list, "utf8");
  const after = before
    .replace(
      "\n/** Every adapter",
      `import { ${constant} } from "./${name}/adapter.ts";\n\n/** Every adapter`,
    )
    .replace(/\n\];\n$/, `\n  ${constant},\n];\n`);
  writeFileSync(list, after);
  console.log(
    `written\n${Object.keys(files)
      .map((path) => `  ${join(folder, path)}`)
      .join("\n")}`,
  );
  console.log(`  ${list} (one import, one line)\n`);
  console.log(`next: pnpm format && pnpm build && pnpm -s kota adapter test ${name}`);
}
