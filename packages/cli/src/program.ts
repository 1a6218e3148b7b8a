import { SERVICE_NAMES } from "@kota/runtime";
import { Argument, Command } from "commander";
import { printConfig } from "./commands/config.ts";
import { load } from "./commands/load.ts";
import { run } from "./commands/run.ts";
import { simulate } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
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
    .action(start);
  program
    .command("run")
    .description("Run one service as a process of its own, on Kafka and InfluxDB.")
    .addArgument(new Argument("<service>", "which one").choices([...SERVICE_NAMES]))
    .action(run);
  program
    .command("simulate")
    .description("Only replay the city's recordings and simulated devices to an MQTT broker (KOTA_MQTT_URL).")
    .action(simulate);
  program
    .command("config")
    .description("Print every setting with its variable, meaning and present value.")
    .action(printConfig);
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
    .action(load);
  return program;
}
