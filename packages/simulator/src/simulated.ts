import type { Device, MetricName } from "@kota/model";
import type { Feed, Publication } from "./feed.ts";
import { moments, noise } from "./pace.ts";

type Values = Partial<Record<MetricName, number>>;

/** A value of a device at a time. `hour` is the hour of the day in UTC, 0 to 24; `wobble` is -1 to 1, slow and seeded. */
type Curve = (hour: number, wobble: number) => Values;

const daily = (hour: number, peakHour: number): number =>
  (1 + Math.cos(((hour - peakHour) / 24) * 2 * Math.PI)) / 2;

const CURVES: Readonly<Record<string, Curve>> = {
  // A street: quiet at night, loud in the day.
  noise: (hour, wobble) => {
    const level = 46 + 16 * Math.sqrt(daily(hour, 14)) + 5 * wobble;
    return { noise_laeq: level };
  },
  air: (hour, wobble) => {
    const rush = daily(hour, 8) ** 4 + daily(hour, 18) ** 4;
    const fine = 6 + 6 * rush + 3 * wobble;
    return { pm2_5: fine, pm10: fine * 1.7 + 3 };
  },
  soil: (hour, wobble) => ({
    soil_moisture: 34 + 4 * wobble,
    temperature: 8 + 1.5 * daily(hour, 18) + wobble,
    battery_voltage: 3.6,
  }),
  weather: (hour, wobble) => ({
    temperature: 9 + 4 * daily(hour, 15) + 2 * wobble,
    humidity: 86 - 18 * daily(hour, 15) - 4 * wobble,
  }),
};

/** What a device sends of its values: topic and payload. */
type Encode = (device: Device, at: number, values: Values) => Pick<Publication, "topic" | "payload">;

const kotaJson: Encode = ({ id }, at, values) => ({
  topic: `kota/v1/${id}`,
  payload: JSON.stringify({ time: new Date(at).toISOString(), values }),
});

/** Only the bytes, as from a network server that has no decoder for the device: the city's codec reads them. */
const soilProbeUplink: Encode = ({ id }, at, { battery_voltage = 0, soil_moisture = 0, temperature = 0 }) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt8(Math.round(battery_voltage * 50), 0);
  bytes.writeUInt8(Math.round(soil_moisture * 2), 1);
  bytes.writeInt16BE(Math.round(temperature * 10), 2);
  const time = new Date(at).toISOString();
  return {
    topic: `v3/kota-contoh@ttn/devices/${id}/up`,
    payload: JSON.stringify({
      end_device_ids: { device_id: id, application_ids: { application_id: "kota-contoh" } },
      received_at: time,
      uplink_message: { f_port: 2, frm_payload: bytes.toString("base64"), received_at: time },
    }),
  };
};

const ENCODERS: Readonly<Record<string, Encode>> = { soil: soilProbeUplink };

/**
 * Devices that measure nothing real: a daily curve with seeded noise, published as kota's own JSON; soil probes as LoRaWAN
 * uplinks with their bytes.
 */
export function simulatedDevices(devices: readonly Device[], everyMs: number): Feed {
  const simulated = devices.filter((device) => device.origin === "simulated" && CURVES[device.kind]);
  return {
    id: "simulated",
    publications(from, to) {
      const publications: Publication[] = [];
      for (const device of simulated) {
        for (const at of moments(device.id, everyMs, from, to)) {
          const encode = ENCODERS[device.kind] ?? kotaJson;
          publications.push({ at, ...encode(device, at, valuesAt(device, at)) });
        }
      }
      return publications;
    },
  };
}

function valuesAt(device: Device, at: number): Values {
  const hour = (at % 86_400_000) / 3_600_000;
  const slow =
    between(device.id, at / 1_800_000) * 0.8 + (noise(device.id, Math.floor(at / 60_000)) - 0.5) * 0.4;
  const values = CURVES[device.kind]?.(hour, slow) ?? {};
  return Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [metric, Math.round(value * 10) / 10]),
  );
}

/** Noise from -1 to 1 that changes smoothly: a straight line between seeded values at whole numbers. */
function between(seed: string, x: number): number {
  const n = Math.floor(x);
  const left = noise(seed, n);
  return (left + (noise(seed, n + 1) - left) * (x - n)) * 2 - 1;
}
