import { SERVICE_NAMES } from "@kota/runtime";
import { Argument, Command, Option } from "commander";
import { adapterCommand } from "./commands/adapter-command.ts";
import { alertsCommand } from "./commands/alerts-command.ts";
import { codecCommand } from "./commands/codec-command.ts";
import { devicesCommand } from "./commands/devices-command.ts";
import { indexCommand } from "./commands/index-command.ts";
import { modelCommand } from "./commands/model-command.ts";
import { lazily } from "./lazily.ts";
import { VERSION } from "./version.ts";

/** The `kota` command. Every command reads its settings from the environment; `kota config` lists them. */
export function createProgram(): Command {
  const program = new Command("kota")
    .description("City sensor feeds to trustworthy readings and live, explainable scores.")
    .version(VERSION)
    .showHelpAfterError("Run 'kota --help' for the commands.")
    .addHelpText(
      "after",
      `
Examples:
  kota start                         everything in one process, with the example city
  KOTA_CITY=my-city kota start       the same for a city of your own
  kota run normalize                 one service, on Kafka and InfluxDB (see 'kota config')
  kota load --messages 100000        publish a load over MQTT and wait until all is acknowledged`,
    );
  program
    .command("start")
    .description("Run every service in one process, and replay the city's recordings.")
    .action(lazily(async () => (await import("./commands/start.ts")).start));
  program
    .command("run")
    .description("Run one service as a process of its own, on Kafka and InfluxDB.")
    .addArgument(new Argument("<service>", "which one").choices([...SERVICE_NAMES]))
    .action(lazily(async () => (await import("./commands/run.ts")).run));
  program
    .command("init")
    .description("Make the folder of a new city.")
    .argument("<folder>", "a folder that does not exist yet")
    .option("--name <text>", "the city's name (default: the folder's)")
    .option("--time-zone <zone>", "IANA time zone", "Etc/UTC")
    .option("--center <lat,lon>", "the middle of its first area", "-6.2,106.8")
    .action(lazily(async () => (await import("./commands/init.ts")).init));
  program
    .command("simulate")
    .description("Only replay the city's recordings and simulated devices to an MQTT broker (KOTA_MQTT_URL).")
    .action(lazily(async () => (await import("./commands/simulate.ts")).simulate));
  program
    .command("config")
    .description("Print every setting with its variable, meaning and present value.")
    .action(lazily(async () => (await import("./commands/config.ts")).printConfig));
  program
    .command("doctor")
    .description(
      "Look at all that kota needs (city, disk, ports, broker, Kafka, InfluxDB) and say what to repair; changes nothing.",
    )
    .option("--json", "every finding as JSON")
    .action(lazily(async () => (await import("./commands/doctor.ts")).doctor));
  program
    .command("load")
    .description(
      "Publish readings of made-up devices as kota JSON at QoS 1, and report when all are acknowledged.",
    )
    .option(
      "--url <url>",
      "MQTT broker (default: KOTA_MQTT_URL, or the embedded broker's port on this machine)",
    )
    .option("--messages <n>", "how many messages in all", "100000")
    .option("--devices <n>", "spread over how many devices", "1000")
    .option("--connections <n>", "MQTT connections", "8")
    .option("--window <n>", "unacknowledged messages per connection", "500")
    .option("--rate <n>", "messages per second in all; 0: as fast as they are acknowledged", "0")
    .option("--start <time>", "event time of each device's first reading, ISO 8601 (default: an hour ago)")
    .option("--prefix <text>", "device ids begin with this", "load")
    .action(lazily(async () => (await import("./commands/load.ts")).load));
  program.addCommand(adapterCommand());
  program
    .command("decode")
    .description(
      "Recorded messages on standard input, a JSON line each, to readings or rejections, a JSON line each.",
    )
    .option("--city <folder>", "the city's folder (default: KOTA_CITY)")
    .option("--adapter <id>", "only this adapter, whatever the topics")
    .option(
      "--codec <name>",
      "this codec of the city's folder for every device (default: as devices.csv says)",
    )
    .option("--time-zone <zone>", "for times without one (default: the city's)")
    .addHelpText(
      "after",
      `
A line: {"topic", "payload" or "payloadBase64", "receivedAt"?, "attributes"?}. A payload that is a text is taken as it is.
Exit code 1: a line could not be read; a message that is refused is an answer.

Examples:
  kota decode < recorded.jsonl
  echo '{"topic":"kota/v1/air-1","payload":{"values":{"pm2_5":7}}}' | kota decode`,
    )
    .action(lazily(async () => (await import("./commands/decode.ts")).decode));
  program.addCommand(codecCommand());
  program.addCommand(indexCommand((text) => console.log(text)));
  program
    .command("explain")
    .description("Open a score: formula, parts, each device behind it; recomputed from the stored readings.")
    .argument("<area>", "an area's id, or 'city'")
    .option("--dimension <name>", "environment, living …; left out: the overall score")
    .option("--aspect <id>", "of the dimension")
    .option("--indicator <id>", "of the aspect")
    .option("--at <time>", "a moment, ISO 8601 or Unix milliseconds (default: the score published last)")
    .option("--url <url>", "a running kota (default: that of the settings, else its stored data)")
    .option("--json", "the receipt as JSON")
    .action(lazily(async () => (await import("./commands/explain.ts")).explain));
  program
    .command("moves")
    .description("What would raise a score most: bins to empty, devices to repair, values to bring down.")
    .argument("<area>", "an area's id, or 'city'")
    .option("--dimension <name>", "environment, living …; left out: the overall score")
    .option("--limit <n>", "at most so many", "10")
    .option("--url <url>", "a running kota (default: that of the settings, else its stored data)")
    .option("--json", "with all numbers, as JSON")
    .action(lazily(async () => (await import("./commands/moves.ts")).moves));
  program
    .command("verify")
    .description(
      "Recompute published scores and closed hours from the stored readings; exit code 5 when a number differs.",
    )
    .option("--from <time>", "ISO 8601 or Unix milliseconds (default: a day before the end)")
    .option("--to <time>", "the end, which does not belong to it (default: now)")
    .option("--step <length>", "check one minute of each 10m, 1h … (default: every minute)")
    .option("--url <url>", "a running kota (default: that of the settings, else its stored data)")
    .option("--json", "every event as a line of JSON")
    .action(lazily(async () => (await import("./commands/verify.ts")).verifyScores));
  program
    .command("evidence")
    .description(
      "Every indicator and score of a period with source, quality class, coverage and standards, from a running kota.",
    )
    .option("--from <time>", "ISO 8601 or Unix milliseconds (default: a day before the end)")
    .option("--to <time>", "the end, which does not belong to it (default: now)")
    .option("--step <length>", "a row for each 1h, 1d … (default: 1d)")
    .addOption(
      new Option("--format <format>", "for a spreadsheet or for a program")
        .choices(["csv", "json"])
        .default("csv"),
    )
    .option("--out <file>", "default: standard output")
    .option("--url <url>", "a running kota (default: that of the settings)")
    .action(lazily(async () => (await import("./commands/evidence.ts")).evidence));
  program.addCommand(modelCommand());
  program.addCommand(alertsCommand());
  program.addCommand(devicesCommand());
  const several = (one: string, before: string[] = []) => [...before, one];
  program
    .command("import")
    .description(
      "Hand in files of old readings, CSV, JSON lines or Parquet: to the kota that runs (KOTA_INGEST_TOKEN), else straight to the log.",
    )
    .argument("<files...>", "columns device, time and one for each metric; or device, time, metric, value")
    .option("--device <column>", "column of the device's id", "device")
    .option("--device-id <id>", "every row is of this device")
    .option("--time <column>", "column of the time: ISO 8601 or Unix milliseconds", "time")
    .option("--unix-seconds", "times are Unix seconds")
    .option("--zone <zone>", "of times that state none (default: the city's)")
    .option("--metric <column>", "column of the metric's name, with one value a row", "metric")
    .option("--value <column>", "column of that value", "value")
    .option(
      "--map <column=metric>",
      "a column that has another name than its metric; may be repeated",
      several,
    )
    .option(
      "--ignore <column>",
      "a column that is left, '*': all that are no metric; may be repeated",
      several,
    )
    .option("--format <format>", "csv, jsonl or parquet (default: by the file's name)")
    .option("--delimiter <text>", "between the cells of CSV (default: a comma, a tab in .tsv)")
    .option("--dry-run", "only check every row")
    .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)")
    .action(lazily(async () => (await import("./commands/import.ts")).importFiles));
  program
    .command("report")
    .description(
      "Hand in tables of reports (values of indicators that somebody states), CSV: to the kota that runs (KOTA_ADMIN_TOKEN), else straight to the log.",
    )
    .argument(
      "<files...>",
      "columns indicator, area, value, unit, period, author, date, evidence, quality, source, note",
    )
    .option("--dry-run", "only check every row, and say what would become of it")
    .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)")
    .action(lazily(async () => (await import("./commands/report.ts")).report));
  program
    .command("ledger")
    .description(
      "Per device and hour: received = stored + rejected + duplicate + pending; exit code 5 when readings are missing.",
    )
    .option("--device <id>", "only this device")
    .option("--from <time>", "hours from this moment on, ISO 8601 or Unix milliseconds (default: a day ago)")
    .option("--to <time>", "hours that begin before this moment")
    .option("--differences", "only lines in which readings are missing")
    .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)")
    .option("--json", "every line as JSON")
    .action(lazily(async () => (await import("./commands/ledger.ts")).ledger));
  program
    .command("replay")
    .description(
      "Run stored rejections through the adapters and the registry of today. Needs KOTA_ADMIN_TOKEN.",
    )
    .option("--from <time>", "rejected from this moment on, ISO 8601 or Unix milliseconds")
    .option("--to <time>", "rejected before this moment")
    .option("--code <code>", "unknown_device, no_adapter …")
    .option("--adapter <id>", "an adapter's id, for all its versions, or id@version")
    .option("--device <id>", "the device as its rejections name it")
    .option("--topic <topic>", "only of this topic")
    .option("--dry-run", "only say what would become of them (the default)")
    .option("--apply", "put the messages into the log again")
    .option("--url <url>", "a running kota (default: KOTA_API_URL, else that of the settings)")
    .option("--json", "the result as JSON")
    .action(lazily(async () => (await import("./commands/replay.ts")).replay));
  return program;
}
