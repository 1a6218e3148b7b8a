/**
 * Writes the types of kota's API, as the API itself describes them: starts kota with an empty city, reads its OpenAPI
 * document and makes `src/api/schema.ts` from it. With `--check` nothing is written; it fails when the file is not
 * what it should be. Needs the build (`pnpm build`).
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import openapiTypes, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "kota-api-types-"));
const HEADER =
  "// Made by `pnpm --filter @kota/web api-types` from the API's OpenAPI document; do not edit.\n\n";

/** The document of a city without areas: what is a choice of one city is no part of the contract. */
async function document() {
  const city = join(dir, "city");
  mkdirSync(city);
  writeFileSync(join(city, "city.yaml"), "name: Any\ntimeZone: UTC\nlocale: en\n");
  writeFileSync(join(city, "areas.geojson"), '{"type":"FeatureCollection","features":[]}');
  writeFileSync(
    join(city, "devices.csv"),
    readFileSync(join(root, "infra/example-city/devices.csv"), "utf8").split("\n")[0],
  );
  writeFileSync(
    join(city, "scores.yaml"),
    readFileSync(join(root, "infra/example-city/scores.yaml"), "utf8"),
  );
  const kota = spawn(process.execPath, [join(root, "packages/cli/bin/kota.js"), "start"], {
    env: {
      ...process.env,
      KOTA_CITY: city,
      KOTA_DATA_DIR: join(dir, "data"),
      KOTA_HTTP_PORT: "0",
      KOTA_MQTT_PORT: "0",
      KOTA_SIMULATE: "false",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  kota.stderr.on("data", (chunk) => said.push(String(chunk)));
  try {
    for await (const line of createInterface({ input: kota.stdout })) {
      said.push(line);
      const url = /page and API\s+(http:\S+)/.exec(line)?.[1];
      if (url !== undefined) return await (await fetch(`${url}/v1/openapi.json`)).json();
    }
    throw new Error(`kota did not start:\n${said.join("\n")}`);
  } finally {
    const ended = new Promise((resolve) => kota.once("exit", resolve));
    kota.kill("SIGTERM");
    await ended;
  }
}

try {
  const made = astToString(await openapiTypes(await document(), { immutable: true, alphabetize: true }));
  const text = execFileSync("pnpm", ["exec", "biome", "check", "--write", `--stdin-file-path=${target}`], {
    cwd: root,
    input: HEADER + made,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
  } else if (text !== readFileSync(target, "utf8")) {
    console.error(
      "services/web/src/api/schema.ts is not what the API says now. Run 'pnpm --filter @kota/web api-types'.",
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
