import { Config, environmentName } from "@kota/runtime";
import { settings } from "../settings.ts";

const SECRETS = new Set(["mqttPassword", "influxToken", "ingestToken", "adminToken", "readToken"]);

/** `kota config`: every setting, from the same schema that checks it. */
export function printConfig(): void {
  const present = settings();
  for (const [key, schema] of Object.entries(Config.shape)) {
    const value = present[key as keyof Config];
    const shown = value === null || value === "" ? "(not set)" : SECRETS.has(key) ? "(set)" : String(value);
    console.log(`${environmentName(key)}=${shown}\n    ${schema.description ?? ""}`);
  }
  console.log(
    "KOTA_CONFIG\n    A YAML file with the same settings by their short names (httpPort: 8080 …); the environment wins.",
  );
}
