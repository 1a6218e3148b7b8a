import { Command, Option } from "commander";
import { lazily } from "../lazily.ts";

const collect = (value: string, list: readonly string[] = []): string[] => [...list, value];

const CITY = ["--city <folder>", "the city's folder (default: KOTA_CITY)"] as const;

/** `kota adapter`: what kota understands, and how to teach it more. */
export function adapterCommand(): Command {
  const adapter = new Command("adapter").description(
    "See, test, try and write adapters: what kota understands.",
  );
  adapter
    .command("list")
    .description(
      "The city's own adapters, mappings and codecs, and those that come with kota, in the order they are asked.",
    )
    .option(...CITY)
    .option("--json", "a JSON line each")
    .addHelpText("after", "\nExamples:\n  kota adapter list\n  kota adapter list --city my-city --json")
    .action(lazily(async () => (await import("./adapter-list.ts")).listAdapters));
  adapter
    .command("test")
    .description("Run the examples of one adapter, or of all. Exit code 1: one is not as it says.")
    .argument("[id]", "an adapter, mapping or codec")
    .option(...CITY)
    .addHelpText(
      "after",
      "\nExamples:\n  kota adapter test\n  kota adapter test dsmr-p1\n  kota adapter test gauge --city my-city",
    )
    .action(lazily(async () => (await import("./adapter-test.ts")).testAdapters));
  adapter
    .command("try")
    .description(
      "Show the readings of a payload, or why there are none. Exit code 1: it was refused, or is not what the file expects.",
    )
    .argument(
      "[file]",
      "a payload, also in hexadecimal or base64; a message {topic, payload}; an uplink {fPort, bytes}; an example; or lines of them; '-' or nothing: standard input",
    )
    .option(...CITY)
    .option("--adapter <id>", "only this adapter, whatever the topic")
    .option("--codec <name>", "this codec of the city's folder for the device (default: as devices.csv says)")
    .option("--topic <topic>", "the topic it came on (default: that in the file, else 'try')")
    .option("--attribute <name=value>", "an HTTP header it came with; may be repeated", collect)
    .option("--time-zone <zone>", "for times without one (default: the city's)")
    .option("--received-at <time>", "when it came, ISO 8601 (default: that in the file, else now)")
    .option(
      "--before <file>",
      "a message that came before, for devices that announce; may be repeated",
      collect,
    )
    .option(
      "--f-port <port>",
      "the file holds the bytes of a LoRaWAN device, sent on this port (with --codec: 1)",
    )
    .option("--hex", "the file holds the payload in hexadecimal")
    .option("--base64", "the file holds the payload in base64")
    .option("--raw", "the file is the payload, even if it looks like an example")
    .option("--json", "as JSON, as 'kota decode' gives it")
    .addHelpText(
      "after",
      `
Examples:
  kota adapter try --topic tele/pow1/SENSOR message.json
  kota adapter try telegram.txt
  echo 016700c3 | kota adapter try --topic cayenne-lpp/shed
  echo 00d748 | kota adapter try --codec acme-node --f-port 1
  echo '{"fPort": 1, "bytes": "00d748"}' | kota adapter try --codec acme-node
  kota adapter try packages/adapters/src/fiware/examples/bins-and-parking.json
  mosquitto_sub -t 'my/topic' -C 1 | kota adapter try --topic my/topic
  mosquitto_sub -t 'zigbee2mqtt/#' -F %j -W 5 | kota adapter try`,
    )
    .action(lazily(async () => (await import("./adapter-try.ts")).tryAdapter));
  adapter
    .command("new")
    .description(
      "Write a mapping into a city's folder, with an example that passes and one that must be refused. Asks what is left out.",
    )
    .argument("<name>", "small letters, digits, hyphens")
    .option(...CITY)
    .option("--title <text>", "for people")
    .addOption(new Option("--format <format>", "of the payload").choices(["json", "csv", "cayenne-lpp"]))
    .option("--topic <filter>", "MQTT topic filter")
    .option("--device <where>", "topic:<level>, field:<path> or id:<text>")
    .option(
      "--time <field[:format]>",
      "iso, unix-seconds, unix-milliseconds, or a pattern (default: the receipt)",
    )
    .option("--field <path=metric[:unit]>", "what to take; may be repeated", collect)
    .option("--sample <file>", "a payload that a device sent, for the example (cayenne-lpp: in hexadecimal)")
    .option(
      "--code",
      "an adapter in TypeScript instead: in the city's folder, or without a city in kota's own sources",
    )
    .option("--codec", "a codec for the bytes of LoRaWAN devices instead, in the city's folder")
    .addHelpText(
      "after",
      `
Examples:
  kota adapter new river --city my-city --topic 'gauges/+/level' --device topic:2 --field level=water_level:cm
  kota adapter new dtu --city my-city --topic 'dtu/#' --device field:imei --time time:unix-seconds \\
      --field data.k1=temperature --field data.k2=humidity --sample captured.json
  kota adapter new acme-air --city my-city --code --topic 'acme/+/state'
  kota adapter new acme-node --city my-city --codec`,
    )
    .action(lazily(async () => (await import("./adapter-new.ts")).newAdapter));
  return adapter;
}
