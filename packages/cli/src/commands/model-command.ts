import { Command } from "commander";
import { lazily } from "../lazily.ts";

/** `kota model`: score models before they are put to use. */
export function modelCommand(): Command {
  const model = new Command("model").description("Check a score model, and compare two of them.");
  model
    .command("check")
    .description("Every problem of a score model with its line and key; without problems, what it asks for.")
    .argument("[file]", "a scores.yaml (default: that of the city, KOTA_CITY)")
    .action(lazily(async () => (await import("./model-check.ts")).checkModel));
  model
    .command("diff")
    .description("What the scores of one moment are under each of two models, from the stored readings.")
    .argument("<old>", "a scores.yaml")
    .argument("<new>", "a scores.yaml")
    .option("--at <time>", "which moment, ISO 8601 or Unix milliseconds (default: now)")
    .option("--url <url>", "a running kota (default: that of the settings, else its stored data)")
    .option("--all", "every score, not only those that change")
    .option("--json", "as JSON")
    .action(lazily(async () => (await import("./model-diff.ts")).diffModels));
  return model;
}
