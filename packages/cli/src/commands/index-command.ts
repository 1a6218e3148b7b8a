import { INDEX_NAMES, TABLES, UNITS, WHO_AVERAGINGS } from "@kota/indices";
import { KotaError } from "@kota/model";
import { Command, Option } from "commander";
import { printIndex } from "./index-print.ts";
import { runIndex } from "./index-run.ts";

type Options = Record<string, string | boolean | undefined>;

const MICRO = /^[uµμ]g\/m[3³]$/i;

/** `kota index …`: one official index for a person, printed with `print`, or a stream of them for a program. */
export function indexCommand(print: (text: string) => void): Command {
  const index = new Command("index")
    .description("Air quality, heat and noise indices by their official tables: one result, or a stream.")
    .addHelpText(
      "after",
      `
Examples:
  kota index epa PM25 35.4                       US EPA AQI of a 24-hour mean
  kota index ispu PM25 39                        Indonesia's ISPU
  kota index nowcast PM25 13 16 - 21 74          hours, newest first, - where one is missing
  kota index heat-index --tc 32 --rh 80
  kota index convert NO2 --ppb 100 --tc 25
  echo '{"index":"noise","input":{"lday":60,"levening":55,"lnight":50}}' | kota index run`,
    );

  concentrationCommand("epa", "US EPA AQI, breakpoints of May 2024.", [
    "kota index epa PM25 35.4",
    "kota index epa O3 0.078 --unit ppm --averaging 8h",
    "kota index epa NO2 120 --unit ug/m3 --tc 25",
  ])
    .option("--averaging <time>", "1h, 8h or 24h; not needed where the index knows one only")
    .action((pollutant: string, concentration: string, options: Options) =>
      printIndex("epa", concentrationInput(pollutant, concentration, options), options.json === true, print),
    );
  concentrationCommand("ispu", "Indonesia's ISPU (Permen LHK P.14/2020) of a 24-hour mean.", [
    "kota index ispu PM25 39",
    "kota index ispu CO 6 --unit mg/m3",
  ]).action((pollutant: string, concentration: string, options: Options) =>
    printIndex("ispu", concentrationInput(pollutant, concentration, options), options.json === true, print),
  );
  concentrationCommand("eaqi", "European air quality index (bands of 2024) of a 1-hour mean.", [
    "kota index eaqi PM25 12",
    "kota index eaqi O3 80 --unit ppb --tc 20",
  ]).action((pollutant: string, concentration: string, options: Options) =>
    printIndex("eaqi", concentrationInput(pollutant, concentration, options), options.json === true, print),
  );
  concentrationCommand("who", "A concentration as a multiple of its WHO guideline level of 2021.", [
    "kota index who PM25 39 --averaging 24h",
    "kota index who CO 3 --unit mg/m3 --averaging 24h",
  ])
    .addOption(
      new Option("--averaging <time>", "averaging time").choices(WHO_AVERAGINGS).makeOptionMandatory(),
    )
    .action((pollutant: string, concentration: string, options: Options) =>
      printIndex("who", concentrationInput(pollutant, concentration, options), options.json === true, print),
    );

  withAir(index.command("nowcast"))
    .description("EPA NowCast of PM25, PM10 or (by EPA's surrogate) O3 from hourly means.")
    .argument("<pollutant>", "PM25, PM10 or O3")
    .argument("<hours...>", "hourly means, newest first; - where one is missing")
    .addHelpText("after", "\nExample:\n  kota index nowcast PM25 13 16 10 21 74 64 53 82 90 75 80 50")
    .action((pollutant: string, hours: string[], options: Options) =>
      printIndex(
        "nowcast",
        {
          pollutant: pollutantOf(pollutant),
          hours_newest_first: hours.map((hour) => (hour === "-" ? null : numberOf("hours", hour))),
          unit: unitOf(options.unit),
          ...airOf(options),
        },
        options.json === true,
        print,
      ),
    );
  index
    .command("heat-index")
    .alias("heatIndex")
    .description("NWS heat index from temperature and relative humidity.")
    .option("--tf <°F>", "air temperature in °F")
    .option("--tc <°C>", "air temperature in °C")
    .requiredOption("--rh <%>", "relative humidity")
    .option("--json", "print the fields as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  kota index heat-index --tf 96 --rh 65\n  kota index heat-index --tc 32 --rh 80",
    )
    .action((options: Options) =>
      printIndex(
        "heatIndex",
        {
          ...given("t_f", "tf", options),
          ...given("t_c", "tc", options),
          rh: numberOf("--rh", options.rh),
        },
        options.json === true,
        print,
      ),
    );
  index
    .command("wbgt")
    .alias("wbgtSimple")
    .description("Simplified wet-bulb globe temperature: sun and light wind assumed.")
    .requiredOption("--tc <°C>", "air temperature in °C")
    .requiredOption("--rh <%>", "relative humidity")
    .option("--json", "print the fields as JSON")
    .addHelpText("after", "\nExample:\n  kota index wbgt --tc 30 --rh 70")
    .action((options: Options) =>
      printIndex(
        "wbgtSimple",
        { t_c: numberOf("--tc", options.tc), rh: numberOf("--rh", options.rh) },
        options.json === true,
        print,
      ),
    );
  index
    .command("noise")
    .description("Lden from the mean levels of day (07-19), evening (19-23) and night (23-07).")
    .requiredOption("--day <dB>", "mean level of the day, dB(A)")
    .requiredOption("--evening <dB>", "mean level of the evening, dB(A)")
    .requiredOption("--night <dB>", "mean level of the night, dB(A)")
    .option("--json", "print the fields as JSON")
    .addHelpText("after", "\nExample:\n  kota index noise --day 60 --evening 55 --night 50")
    .action((options: Options) =>
      printIndex(
        "noise",
        {
          lday: numberOf("--day", options.day),
          levening: numberOf("--evening", options.evening),
          lnight: numberOf("--night", options.night),
        },
        options.json === true,
        print,
      ),
    );
  index
    .command("convert")
    .alias("conversion")
    .description("A gas between ppb and µg/m³ at a stated temperature and pressure.")
    .argument("<gas>", "NO2, O3, SO2, CO, NO, NH3, H2S, CH4 or C6H6")
    .option("--ppb <n>", "amount in ppb")
    .option("--ugm3 <n>", "amount in µg/m³")
    .requiredOption("--tc <°C>", "temperature (25: Indonesia and the US; 20: EU limits)")
    .option("--atm <atm>", "pressure", "1")
    .option("--json", "print the fields as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  kota index convert NO2 --ppb 100 --tc 25\n  kota index convert O3 --ugm3 120 --tc 20",
    )
    .action((gas: string, options: Options) =>
      printIndex(
        "conversion",
        {
          gas: gas.toUpperCase(),
          ...given("ppb", "ppb", options),
          ...given("ug_m3", "ugm3", options),
          ...airOf(options),
        },
        options.json === true,
        print,
      ),
    );
  index
    .command("tables")
    .description("List the tables behind the indices: version, confidence, sources, notes.")
    .option("--json", "print them as JSON")
    .action((options: Options) => print(tablesText(options.json === true)));
  index
    .command("run")
    .description("Answer JSON lines from standard input, one line each, in order, as they come.")
    .addHelpText(
      "after",
      `
A line is {"index":NAME,"input":{…}}, NAME one of ${INDEX_NAMES.join(", ")}.
What cannot be answered is {"error":{"code":…,"message":…}}; an "id" beside "index" comes back with the answer.

Examples:
  {"index":"epa","input":{"pollutant":"PM25","averaging":"24h","concentration":35.4,"unit":"ug/m3"}}
  {"index":"epa","input":{"pollutant":"O3","averaging":"8h","hours":[41,44,null,52,55,58,60,57],"unit":"ppb"}}
  {"index":"nowcast","input":{"pollutant":"PM25","hours_newest_first":[13,16,null,21],"unit":"ug/m3"}}
  {"index":"heatIndex","input":{"t_f":96,"rh":65}}
  {"index":"conversion","input":{"gas":"NO2","ppb":100,"t_c":25,"p_atm":1}}`,
    )
    .action(() => runIndex(process.stdin, process.stdout));
  return index;

  function concentrationCommand(name: string, description: string, examples: readonly string[]): Command {
    return withAir(index.command(name))
      .description(description)
      .argument("<pollutant>", "PM25, PM10, O3, NO2, SO2, CO or HC")
      .argument("<concentration>", "in --unit")
      .addHelpText("after", `\nExample${examples.length > 1 ? "s" : ""}:\n  ${examples.join("\n  ")}`);
  }
}

function withAir(command: Command): Command {
  return command
    .option("--unit <unit>", `one of ${UNITS.join(", ")}`, "ug/m3")
    .option("--tc <°C>", "temperature, where a gas changes between ppb and µg/m³")
    .option("--atm <atm>", "pressure that goes with --tc (default: 1)")
    .option("--json", "print the fields as JSON");
}

function concentrationInput(pollutant: string, concentration: string, options: Options): object {
  return {
    pollutant: pollutantOf(pollutant),
    concentration: numberOf("<concentration>", concentration),
    unit: unitOf(options.unit),
    ...(options.averaging === undefined ? {} : { averaging: options.averaging }),
    ...airOf(options),
  };
}

/** PM2.5 and pm25 are what people write for PM25. */
function pollutantOf(text: string): string {
  return text.toUpperCase().replace(/[.,_\s]/g, "");
}

function unitOf(unit: string | boolean | undefined): string {
  const text = String(unit);
  return MICRO.test(text) ? "ug/m3" : text.replace("³", "3");
}

function airOf(options: Options): object {
  return { ...given("t_c", "tc", options), ...given("p_atm", "atm", options) };
}

function given(field: string, option: string, options: Options): Record<string, number> {
  return options[option] === undefined ? {} : { [field]: numberOf(`--${option}`, options[option]) };
}

function numberOf(name: string, text: string | boolean | undefined): number {
  const value = typeof text === "string" && text.trim() !== "" ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new KotaError("bad_request", `${name}: expected a number, got '${String(text)}'.`);
  }
  return value;
}

function tablesText(json: boolean): string {
  if (json) {
    return JSON.stringify(
      TABLES.map(({ table, version, title, confidence, sources, notes }) => ({
        table,
        version,
        title,
        confidence,
        sources,
        notes,
      })),
    );
  }
  return TABLES.map(({ table, version, title, confidence, sources, notes }) =>
    [
      `${table} ${version} (${confidence}): ${title}`,
      ...sources.map((source) => `    source: ${source}`),
      ...notes.map((note) => `    note: ${note}`),
    ].join("\n"),
  ).join("\n");
}
