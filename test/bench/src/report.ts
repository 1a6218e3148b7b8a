import type { AdaptersResult } from "./adapters.ts";
import { EMBEDDED_GOALS, type EmbeddedResult, type EmbeddedRun, type Latency } from "./embedded.ts";
import { machineLine } from "./machine.ts";
import { median, sum } from "./numbers.ts";
import type { Round } from "./round.ts";
import { DENSE, type ScoresResult } from "./scores.ts";
import type { StackResult } from "./stack.ts";
import { table } from "./table.ts";
import type { PageMemory, WebResult, WebSoakResult } from "./web.ts";

const total = (parts: Readonly<Record<string, number>>) => sum(Object.values(parts));

/** The result for a person. */
export function stackReport(result: StackResult): string {
  const { options, rounds, versions } = result;
  const systems = [...new Set(rounds.map(({ system }) => system))];
  const of = (system: string) => rounds.filter((round) => round.system === system);
  const lines = [
    `${options.messages} messages of ${options.devices} devices, MQTT to InfluxDB; ${options.rounds} rounds each after ${options.warmUp} messages of warm-up`,
    machineLine(result.machine),
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    "Guarantee: QoS 1, acknowledged to the broker after Kafka acks=all (one node, no fsync of its own), offset committed after InfluxDB's 204.",
    "",
    table([
      [
        "round",
        "system",
        "stored after",
        "messages/s",
        "own µs/message",
        "peak MB",
        "servers + load µs/message",
      ],
      ...rounds.map((round) => [
        String(round.round),
        round.system,
        `${round.seconds.toFixed(1)} s`,
        String(Math.round(round.messagesPerSecond)),
        total(round.cpu).toFixed(1),
        total(round.memory).toFixed(0),
        total(round.serverCpu).toFixed(1),
      ]),
    ]),
    "",
    "Medians",
    table([
      ["", "stored after", "messages/s", "own µs/message", "of it", "peak MB"],
      ...systems.map((system) => [
        system,
        `${medianOf(of(system), ({ seconds }) => seconds).toFixed(1)} s`,
        String(Math.round(medianOf(of(system), (round) => round.messagesPerSecond))),
        medianOf(of(system), ({ cpu }) => total(cpu)).toFixed(1),
        parts(of(system), ({ cpu }) => cpu, 1),
        `${medianOf(of(system), ({ memory }) => total(memory)).toFixed(0)}: ${parts(of(system), ({ memory }) => memory, 0)}`,
      ]),
    ]),
    `servers, µs/message: ${systems.map((system) => `${system}: ${parts(of(system), ({ serverCpu }) => serverCpu, 1)}`).join("; ")}`,
  ];
  const [first = "", ...others] = systems;
  for (const other of others) {
    const ratio = (value: (round: Round) => number) =>
      median(
        of(first).map((round, n) => {
          const against = of(other)[n];
          return against ? value(round) / value(against) : Number.NaN;
        }),
      ).toFixed(2);
    lines.push(
      "",
      `${first} to ${other}, median of the rounds' ratios: time ${ratio(({ seconds }) => seconds)}, own processor ${ratio(({ cpu }) => total(cpu))}, peak memory ${ratio(({ memory }) => total(memory))} (below 1: ${first} needs less)`,
    );
  }
  return lines.join("\n");
}

/** The result for a person, beside what it is meant to be. */
export function webReport({
  options,
  machine,
  firstScore,
  transferred,
  pixels,
  year,
  memory,
}: WebResult): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
  return [
    `The page beside ${options.rate} messages a second of ${options.devices} devices`,
    machineLine(machine),
    "",
    table([
      ["", "measured", "goal"],
      ["first score painted, median", ms(firstScore.median), "1000 ms"],
      [`first score painted, worst of ${firstScore.loads}`, ms(firstScore.worst), ""],
      ["processor of the page until then, median", ms(firstScore.cpuMedian), ""],
      ["script before the map, as sent", kb(transferred.script), "250 kB"],
      ["map, as sent", kb(transferred.map), ""],
      [`publish to pixels, p95 of ${pixels.samples}`, ms(pixels.p95), "500 ms"],
      ["publish to pixels, p50", ms(pixels.p50), ""],
      [`${year.readings} readings on a chart`, ms(year.chart), "500 ms"],
      ["the same, from the navigation", ms(year.navigation), ""],
      ...memoryRows(memory),
    ]),
  ].join("\n");
}

export function webSoakReport({ options, machine, memory }: WebSoakResult): string {
  return [
    `The page of now, open beside ${options.rate} messages a second of ${options.devices} devices`,
    machineLine(machine),
    "",
    table([["", "measured", "goal"], ...memoryRows(memory)]),
  ].join("\n");
}

function memoryRows(memory: PageMemory): string[][] {
  return [
    [
      `heap after ${memory.minutes.toFixed(1)} min, ${memory.samples} samples`,
      `${memory.firstMegabytes.toFixed(1)} to ${memory.lastMegabytes.toFixed(1)} MB`,
      "",
    ],
    ["heap growth", `${memory.megabytesPerMinute.toFixed(3)} MB/min`, "0"],
    ["heap growth, second half", `${memory.laterMegabytesPerMinute.toFixed(3)} MB/min`, "0"],
  ];
}

export function embeddedReport(result: EmbeddedResult): string {
  const { options, runs } = result;
  const milliseconds = ({ p50, p95, p99 }: Latency) =>
    `${p50.toFixed(0)} / ${p95.toFixed(0)} / ${p99.toFixed(0)}`;
  const [first] = runs;
  const row = (what: string, unit: string, of: (run: EmbeddedRun) => string, goal = "", verdict = "") => [
    what,
    ...runs.map((run) => `${of(run)} ${unit}`),
    goal,
    verdict,
  ];
  const all = (isReached: (run: EmbeddedRun) => boolean) => (runs.every(isReached) ? "reached" : "missed");
  const { messagesPerSecond, countedP99, memory } = EMBEDDED_GOALS;
  return [
    `kota start, one process: ${options.messages} messages after ${options.warmUp} of warm-up; latency at ${options.rate} messages/s, p50 / p95 / p99`,
    machineLine(result.machine),
    "Guarantee: QoS 1, acknowledged after the log's fsync; counted from the time series, whose write-ahead log is synced too.",
    "",
    table([
      ["", ...runs.map(({ devices }) => `${devices} devices`), "goal", ""],
      row(
        "acknowledged",
        "/s",
        (run) => run.acknowledgedPerSecond.toFixed(0),
        `${messagesPerSecond} /s`,
        all((run) => run.acknowledgedPerSecond >= messagesPerSecond),
      ),
      row(
        "acknowledged and counted",
        "/s",
        (run) => run.messagesPerSecond.toFixed(0),
        `${messagesPerSecond} /s`,
        all((run) => run.messagesPerSecond >= messagesPerSecond),
      ),
      row("counted after the last acknowledgement", "s", (run) => run.behindSeconds.toFixed(1)),
      row(
        "processor a message",
        "µs",
        (run) => run.cpu.toFixed(1),
        first && runs.length > 1 ? `no more than with ${first.devices} devices` : "",
        first && runs.length > 1 ? all((run) => run.cpu <= first.cpu) : "",
      ),
      row("of the load generator", "µs", (run) => run.loadCpu.toFixed(1)),
      row("publish to acknowledged", "ms", ({ latency }) => milliseconds(latency.acknowledged)),
      row("publish to latest value", "ms", ({ latency }) => milliseconds(latency.latest)),
      row(
        "publish to queryable (counted)",
        "ms",
        ({ latency }) => milliseconds(latency.counted),
        `p99 ${countedP99} ms`,
        all(({ latency }) => latency.counted.p99 <= countedP99),
      ),
      row("publish to score on the stream", "ms", ({ latency }) => milliseconds(latency.score)),
      row(
        "most resident memory",
        "MB",
        (run) => run.memory.all.toFixed(0),
        `${memory} MB`,
        all((run) => run.memory.all <= memory),
      ),
      row("of it pages of files", "MB", (run) => run.memory.fileBacked.toFixed(0)),
    ]),
    "",
    `samples of latency: ${runs.map(({ latency }) => `${latency.counted.samples}, of scores ${latency.score.samples}`).join("; ")}`,
  ].join("\n");
}

export function scoresReport({ options, latency, load, dense, year, machine }: ScoresResult): string {
  const verdict = (value: number, goal: number) => (value <= goal ? "reached" : "missed");
  const row = (what: string, value: number, unit: string, goal: number, digits = 0) => [
    what,
    `${value.toFixed(digits)} ${unit}`,
    `${goal} ${unit}`,
    verdict(value, goal),
  ];
  return [
    machineLine(machine),
    "",
    table([
      ["", "measured", "goal", ""],
      row(
        `reading to published score, p99, at ${options.rate} messages/s (up to)`,
        latency.publishedP99,
        "ms",
        250,
      ),
      row(
        `scorer at ${options.series} series and ${options.rate} readings/s, a reading`,
        load.cpu,
        "µs",
        5,
        1,
      ),
      row("the same, peak memory", load.memory, "MB", 600),
      row(
        `${options.series} series and ${DENSE * options.rate} readings/s, a reading`,
        dense.cpu,
        "µs",
        5,
        1,
      ),
      row("the same, peak memory", dense.memory, "MB", 600),
      row(`${year.hours} hours of ${year.areas} areas from roll-ups, processor`, year.cpuSeconds, "s", 10, 1),
    ]),
    "",
    `published p50 up to ${latency.publishedP50.toFixed(0)} ms; on the live stream p50 ${latency.streamP50.toFixed(0)} ms, p99 ${latency.streamP99.toFixed(0)} ms (${latency.samples} samples)`,
    `scorer: ${load.readings} readings in ${load.seconds.toFixed(0)} s, ${load.scores} scores published; of a reading ${load.takingIn.toFixed(1)} µs are taking it in, ${load.evaluating.toFixed(1)} µs evaluating`,
    `year: ${year.series} series, ${year.rollUps} roll-ups, ${year.scores} scores, ${year.seconds.toFixed(1)} s by the clock, ${year.memory.toFixed(0)} MB`,
  ].join("\n");
}

function medianOf(rounds: readonly Round[], value: (round: Round) => number): number {
  return median(rounds.map(value));
}

function parts(
  rounds: readonly Round[],
  of: (round: Round) => Readonly<Record<string, number>>,
  digits: number,
): string {
  const names = Object.keys(rounds[0] ? of(rounds[0]) : {});
  return names
    .map((name) => `${name} ${medianOf(rounds, (round) => of(round)[name] ?? Number.NaN).toFixed(digits)}`)
    .join(", ");
}

export function adaptersReport({ options, machine, adapters }: AdaptersResult): string {
  return [
    `From the bytes of a message to checked readings, all on one core: ${options.messages} messages a round, ${options.rounds} rounds after one of warm-up; medians, processor time of all threads`,
    machineLine(machine),
    "",
    table([
      [
        "adapter",
        "example",
        "bytes",
        "values",
        "messages/s",
        "µs/message",
        "of it decoded",
        "JSON.parse µs",
        "ratio",
      ],
      ...adapters.map((figures) => [
        figures.adapter,
        figures.example,
        String(Math.round(figures.bytes)),
        String(figures.values),
        String(Math.round(figures.perSecond)),
        figures.normalized.toFixed(2),
        figures.decoded.toFixed(2),
        figures.parsed.toFixed(2),
        figures.ratio.toFixed(2),
      ]),
    ]),
    "",
    "ratio: to JSON.parse of the same bytes, UTF-8 decoded and checked, median of the rounds' ratios",
  ].join("\n");
}
