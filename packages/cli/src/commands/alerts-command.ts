import { Command } from "commander";
import { lazily } from "../lazily.ts";

/** `kota alerts`: the rules of a city before they are put to use. */
export function alertsCommand(): Command {
  const alerts = new Command("alerts").description("Check the rules of alerts.yaml.");
  alerts
    .command("check")
    .description(
      "Every problem of the file with its line and key; without problems, what it asks for and what would fire now.",
    )
    .argument("[file]", "an alerts.yaml (default: that of the city, KOTA_CITY)")
    .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)")
    .option("--offline", "only check the file")
    .option("--json", "as JSON")
    .action(lazily(async () => (await import("./alerts-check.ts")).checkAlerts));
  return alerts;
}
