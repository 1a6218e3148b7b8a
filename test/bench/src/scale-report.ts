import { machineLine } from "./machine.ts";
import { sum } from "./numbers.ts";
import type { ScaleResult } from "./scale.ts";
import { table } from "./table.ts";

export function scaleReport({ machine, options, rounds, memory }: ScaleResult): string {
  const total = (parts: Readonly<Record<string, number>>) => sum(Object.values(parts));
  const of = (parts: Readonly<Record<string, number>>, service: string) =>
    sum(
      Object.entries(parts)
        .filter(([name]) => name === service || name.startsWith(`${service}-`))
        .map(([, value]) => value),
    ).toFixed(1);
  return [
    `${options.messages} messages of ${options.devices} devices after ${options.warmUp} of warm-up, MQTT to InfluxDB`,
    machineLine(machine),
    "Guarantee: QoS 1, acknowledged to the broker after Kafka acks=all (one node, no fsync of its own), offset committed after InfluxDB's 204.",
    "",
    table([
      [
        ...["of each service", "partitions", "messages/s", "own µs/message"],
        ...["ingest", "normalize", "store", "score", "peak MB", "servers + load µs/message"],
      ],
      ...rounds.map(({ instances, partitions, messagesPerSecond, cpu, memory, serverCpu }) => [
        ...[String(instances), String(partitions), messagesPerSecond.toFixed(0), total(cpu).toFixed(1)],
        ...["ingest", "normalize", "store", "score"].map((service) => of(cpu, service)),
        ...[total(memory).toFixed(0), total(serverCpu).toFixed(1)],
      ]),
    ]),
    "",
    "The scorer alone",
    table([
      ["series", "peak MB", "kB a series"],
      ...memory.map(({ series, memory }) => [
        String(series),
        memory.toFixed(0),
        ((memory * 1024) / series).toFixed(1),
      ]),
    ]),
  ].join("\n");
}
