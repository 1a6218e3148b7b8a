import type { MetricName } from "@kota/model";
import type { DecodedReading } from "./adapter.ts";
import { Collector } from "./collector.ts";
import { refuse } from "./refusal.ts";

interface DataType {
  readonly title: string;
  readonly bytes: number;
  /** Null: nothing that the catalogue has. */
  readonly metric: MetricName | null;
  /** The unit of the catalogue in one step of the number on the wire. */
  readonly step: number;
  readonly signed: boolean;
}

const type = (title: string, bytes: number, metric: MetricName | null = null, step = 1, signed = false) => ({
  title,
  bytes,
  metric,
  step,
  signed,
});

const GPS = 136;
const UNIX_TIME = 133;

/**
 * Types by number: IPSO object minus 3200. Those of Cayenne itself, and of the extension that the common libraries for
 * microcontrollers have in addition (voltage, current, power, energy, distance …). Numbers are big-endian.
 */
const TYPES = new Map<number, DataType>([
  [0, type("digital input", 1)],
  [1, type("digital output", 1)],
  [2, type("analog input", 2)],
  [3, type("analog output", 2)],
  [100, type("generic sensor", 4)],
  [101, type("illuminance", 2, "illuminance")],
  [102, type("presence", 1)],
  [103, type("temperature", 2, "temperature", 0.1, true)],
  [104, type("humidity", 1, "humidity", 0.5)],
  [113, type("accelerometer", 6)],
  [115, type("barometer", 2, "pressure", 0.1)],
  [116, type("voltage", 2, "voltage", 0.01)],
  [117, type("current", 2, "current", 0.001)],
  [118, type("frequency", 4, "frequency")],
  [120, type("percentage", 1)],
  [121, type("altitude", 2)],
  [125, type("concentration", 2)],
  [128, type("power", 2, "power")],
  [130, type("distance", 4, "distance")],
  [131, type("energy", 4, "energy_total", 0.001)],
  [132, type("direction", 2)],
  [UNIX_TIME, type("time", 4)],
  [134, type("gyrometer", 6)],
  [135, type("colour", 3)],
  [GPS, type("GPS", 9)],
  [142, type("switch", 1)],
]);

/** One data item of a payload. */
interface Item {
  readonly channel: number;
  readonly number: number;
  readonly type: DataType;
  readonly data: DataView;
}

function* itemsOf(payload: Uint8Array, device: string): Generator<Item> {
  let at = 0;
  while (at < payload.length) {
    const [channel = 0, number = -1] = payload.subarray(at, at + 2);
    const found = TYPES.get(number);
    if (!found) {
      refuse(
        "schema_mismatch",
        number < 0
          ? `Byte ${at}: expected a channel and a type, came the end of the payload.`
          : `Byte ${at + 1}: there is no Cayenne LPP type ${number}, so that its length is not known.`,
        device,
      );
    }
    const start = at + 2;
    at = start + found.bytes;
    if (at > payload.length) {
      refuse(
        "schema_mismatch",
        `Byte ${start}: expected ${found.bytes} bytes of ${found.title}, came ${payload.length - start}.`,
        device,
      );
    }
    yield {
      channel,
      number,
      type: found,
      data: new DataView(payload.buffer, payload.byteOffset + start, found.bytes),
    };
  }
}

/**
 * The readings of a Cayenne Low Power Payload. The first value of a metric is the device's own, further ones have the
 * number of their channel.
 */
export function cayenneReadings(
  payload: Uint8Array,
  device: string,
  stated: number | null,
): readonly DecodedReading[] {
  const items = [...itemsOf(payload, device)];
  const clock = items.find(({ number }) => number === UNIX_TIME);
  const collector = new Collector(device, stated ?? (clock ? clock.data.getUint32(0) * 1000 : null));
  for (const {
    channel,
    number,
    type: { metric, step, signed },
    data,
  } of items) {
    if (number === GPS) {
      collector.place({ lat: int24(data, 0) / 10_000, lon: int24(data, 3) / 10_000 });
    } else if (metric !== null) {
      collector.add(metric, round(integer(data, signed) * step), String(channel));
    }
  }
  if (collector.isEmpty) {
    refuse(
      "no_values",
      `The payload holds ${items.map((item) => item.type.title).join(", ")}, and nothing that is a metric.`,
      device,
    );
  }
  return collector.readings();
}

function integer(data: DataView, signed: boolean): number {
  switch (data.byteLength) {
    case 1:
      return signed ? data.getInt8(0) : data.getUint8(0);
    case 2:
      return signed ? data.getInt16(0) : data.getUint16(0);
    default:
      return signed ? data.getInt32(0) : data.getUint32(0);
  }
}

function int24(data: DataView, at: number): number {
  return (data.getInt16(at) << 8) | data.getUint8(at + 2);
}

/** Steps are decimal; the noise of binary fractions is not of the device. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
