import { messageOf } from "@kota/model";
import { type DecodeContext, type DecodedReading, defineBytesAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { excerpt } from "../explain.ts";
import { type NamedValue, namedValue } from "../named-value.ts";
import { refuse } from "../refusal.ts";
import { type Definition, NodeState, SparkplugAnnouncement } from "./births.ts";
import { numberOf, readPayload, type SparkplugMetric, type SparkplugPayload } from "./payload.ts";

export const sparkplugB = defineBytesAdapter({
  id: "sparkplug-b",
  title: "Sparkplug B",
  version: 1,
  source: "https://sparkplug.eclipse.org/specification/",
  claims: {
    topics: [
      "spBv1.0/+/NBIRTH/+",
      "spBv1.0/+/NDATA/+",
      "spBv1.0/+/NDEATH/+",
      "spBv1.0/+/DBIRTH/+/+",
      "spBv1.0/+/DDATA/+/+",
      "spBv1.0/+/DDEATH/+/+",
    ],
    silent: {
      "spBv1.0/+/NCMD/+": "The message is a command to an edge node; it holds no measurement.",
      "spBv1.0/+/DCMD/+/+": "The message is a command to a device; it holds no measurement.",
      "spBv1.0/STATE/+": "The message says whether a host application is online; it holds no measurement.",
    },
  },
  announcement: SparkplugAnnouncement,
  decode: (payload, context) => decodeSparkplug(payload, context, byLastPart),
});

/** The metric and value of a Sparkplug metric; null: kota does not take it. */
export type Meaning = (name: string, value: number, unit: string | null, device: string) => NamedValue | null;

/** What the last part of a metric's name says: `Outdoor/Temperature` is a temperature. */
export function byLastPart(
  name: string,
  value: number,
  unit: string | null,
  device: string,
): NamedValue | null {
  return namedValue(name.slice(name.lastIndexOf("/") + 1), value, unit, device);
}

const KINDS = new Set(["NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"]);

/** Reads a message of an edge node or device; `meaning` says which of its metrics kota takes. */
export function decodeSparkplug(
  bytes: Uint8Array,
  context: DecodeContext,
  meaning: Meaning,
): readonly DecodedReading[] {
  const { message, announced } = context;
  const [, group = "", kind = "", node = "", device = null] = message.topic.split("/", 5);
  const id = device === null ? `${group}/${node}` : `${group}/${node}/${device}`;
  if (!KINDS.has(kind) || node === "") {
    refuse(
      "no_values",
      "The message is a command or the state of a host application; it holds no measurement.",
    );
  }
  const payload = parse(bytes, id);
  const state = new NodeState(announced, group, node);
  const at = message.receivedAt;
  if (kind === "NDEATH") {
    state.died(at, bdSeqOf(payload));
    refuse("no_values", "The edge node went offline; the message holds no measurement.", id);
  }
  if (payload.seq !== null) state.sequence(payload.seq & 0xff, at, kind === "NBIRTH");
  if (kind === "DDEATH")
    refuse("no_values", "The device went offline; the message holds no measurement.", id);
  const birth = kind === "NBIRTH" || kind === "DBIRTH";
  if (birth) state.born(device, at, payload.metrics, device === null ? bdSeqOf(payload) : null);
  return readingsOf(payload, id, meaning, (metric) =>
    birth ? definitionIn(metric) : defined(state, device, metric, at, id),
  );
}

function readingsOf(
  payload: SparkplugPayload,
  id: string,
  meaning: Meaning,
  define: (metric: SparkplugMetric) => Definition,
): readonly DecodedReading[] {
  const collectors = new Map<number | null, Collector>();
  const unused: string[] = [];
  for (const metric of payload.metrics) {
    const { name, datatype, unit } = define(metric);
    const value = numberOf(metric.value, datatype);
    const named = value === null || !Number.isFinite(value) ? null : meaning(name, value, unit, id);
    if (!named) {
      if (unused.length < 10) unused.push(name);
      continue;
    }
    const time = metric.timestamp ?? payload.timestamp;
    let collector = collectors.get(time);
    if (!collector) {
      collector = new Collector(id, time);
      collectors.set(time, collector);
    }
    const channel = named.channel ?? name;
    if (named.apart) collector.addTo(channel, named.metric, named.value);
    else collector.add(named.metric, named.value, channel);
  }
  if (collectors.size === 0) {
    refuse(
      "no_values",
      unused.length === 0
        ? "The message holds no metric."
        : `The message holds no number whose name kota knows; it has ${unused.map((name) => excerpt(name, 40)).join(", ")}.`,
      id,
    );
  }
  return [...collectors.values()].flatMap((collector) => collector.readings());
}

function parse(bytes: Uint8Array, id: string): SparkplugPayload {
  let payload: SparkplugPayload;
  try {
    payload = readPayload(bytes);
  } catch (error) {
    refuse("schema_mismatch", `The payload is not of Sparkplug B: ${excerpt(messageOf(error), 160)}.`, id);
  }
  if (payload.uuid === "SPBV1.0_COMPRESSED") {
    refuse(
      "schema_mismatch",
      "The payload is compressed, which Sparkplug 3.0 does not have: turn compression off at the edge node.",
      id,
    );
  }
  return payload;
}

function bdSeqOf(payload: SparkplugPayload): number | null {
  const metric = payload.metrics.find(({ name }) => name === "bdSeq");
  return metric ? numberOf(metric.value, metric.datatype) : null;
}

function definitionIn(metric: SparkplugMetric): Definition {
  return { name: metric.name ?? "", datatype: metric.datatype, unit: metric.unit };
}

/** What a metric of a data message is: itself where it says enough, else what the birth said. */
function defined(
  state: NodeState,
  device: string | null,
  metric: SparkplugMetric,
  at: number,
  id: string,
): Definition {
  const announced = state.definition(device, metric, at);
  if (announced) {
    return {
      name: metric.name ?? announced.name,
      datatype: metric.datatype ?? announced.datatype,
      unit: metric.unit ?? announced.unit,
    };
  }
  const integer =
    typeof metric.value === "bigint" || (typeof metric.value === "number" && Number.isInteger(metric.value));
  if (metric.name === null || (integer && metric.datatype === null)) {
    const what =
      metric.name === null ? `the alias ${metric.alias}` : `the type of '${excerpt(metric.name, 40)}'`;
    refuse(
      "not_announced",
      `Only the birth of '${excerpt(id, 80)}' says what ${what} is, and kota has none that holds: none came, or messages after it are missing. Let the edge node send its births again (Node Control/Rebirth), then replay this message.`,
      id,
    );
  }
  return definitionIn(metric);
}
