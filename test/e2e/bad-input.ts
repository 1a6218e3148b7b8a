import { gzipSync } from "node:zlib";
import type { RejectionCode } from "@kota/model";

const NOISE = "kota/v1/noise-leith-1";
const noise = (value: string) => `{"values":{"noise_laeq":${value}}}`;
const at = (time: string) => `{"time":${time},"values":{"noise_laeq":40}}`;
/** Values that are no number, in every dress. */
const NO_NUMBERS = [
  '"12,5"',
  '"12.5 "',
  '"0x1F"',
  "true",
  "null",
  "[1]",
  '{"a":1}',
  "-1e999",
  '{"value":40,"unit":"furlong"}',
];
/** Names that something behind could take for a command: of SQL, Flux, line protocol, HTML, a spreadsheet, a terminal. */
const HOSTILE_NAMES = [
  "'; DROP TABLE readings; --",
  '") |> drop(columns: ["_value"])',
  "a,b=c\nd e=1",
  "<img src=x onerror=alert(1)>",
  "=cmd|' 'C'!A0",
  "a\r\nX-Injected: 1",
  "🚮 with spaces",
];

/** Input that must end as a rejection, each with the code that the API must show for it. */
export const BAD_INPUT: readonly {
  name: string;
  topic: string;
  payload: string | Buffer;
  code: RejectionCode;
}[] = [
  { name: "an empty payload", topic: "kota/v1/noise-leith-1", payload: "", code: "empty_payload" },
  { name: "text that is not JSON", topic: "kota/v1/noise-leith-1", payload: "fill=43", code: "not_json" },
  {
    name: "cut-off JSON",
    topic: "kota/v1/noise-leith-1",
    payload: '{"values":{"noise_laeq":5',
    code: "not_json",
  },
  { name: "NaN", topic: "kota/v1/noise-leith-1", payload: '{"values":{"noise_laeq":NaN}}', code: "not_json" },
  {
    name: "a number too large to be one",
    topic: "kota/v1/noise-leith-1",
    payload: '{"values":{"noise_laeq":1e999}}',
    code: "not_a_number",
  },
  {
    name: "a text for a number",
    topic: "kota/v1/noise-leith-1",
    payload: '{"values":{"noise_laeq":"loud"}}',
    code: "not_a_number",
  },
  {
    name: "invalid UTF-8",
    topic: "kota/v1/noise-leith-1",
    payload: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    code: "not_utf8",
  },
  {
    name: "a value out of range",
    topic: "kota/v1/noise-leith-1",
    payload: '{"values":{"noise_laeq":4000}}',
    code: "value_out_of_range",
  },
  {
    name: "a metric nobody knows",
    topic: "kota/v1/noise-leith-1",
    payload: '{"values":{"loudness":40}}',
    code: "unknown_metric",
  },
  {
    name: "a date in 1970",
    topic: "kota/v1/noise-leith-1",
    payload: '{"time":"1970-01-01T00:00:00Z","values":{"noise_laeq":40}}',
    code: "time_too_old",
  },
  {
    name: "a date in 2099",
    topic: "kota/v1/noise-leith-1",
    payload: '{"time":"2099-01-01T00:00:00Z","values":{"noise_laeq":40}}',
    code: "time_in_future",
  },
  {
    name: "an unknown device",
    topic: "kota/v1/nobody",
    payload: '{"values":{"noise_laeq":40}}',
    code: "unknown_device",
  },
  { name: "an unknown topic", topic: "some/other/topic", payload: '{"hello":"world"}', code: "no_adapter" },
  {
    name: "a payload of 10 MB",
    topic: "kota/v1/noise-leith-2",
    payload: Buffer.alloc(10 * 1024 * 1024, 0x20),
    code: "payload_too_large",
  },
  { name: "NUL behind JSON", topic: NOISE, payload: `${noise("40")}\0`, code: "not_json" },
  { name: "nothing but NUL", topic: NOISE, payload: Buffer.alloc(65), code: "not_json" },
  { name: "10,000 brackets that never close", topic: NOISE, payload: "[".repeat(10_000), code: "not_json" },
  {
    name: "a list 10,000 deep",
    topic: NOISE,
    payload: noise(`${"[".repeat(10_000)}${"]".repeat(10_000)}`),
    code: "not_a_number",
  },
  {
    name: "objects 10,000 deep",
    topic: NOISE,
    payload: `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    code: "schema_mismatch",
  },
  {
    name: "a prototype for an object",
    topic: NOISE,
    payload: '{"__proto__":{"values":{"noise_laeq":40}}}',
    code: "schema_mismatch",
  },
  {
    name: "a prototype for a metric",
    topic: NOISE,
    payload: '{"values":{"__proto__":40}}',
    code: "unknown_metric",
  },
  {
    name: "names of every object for metrics",
    topic: NOISE,
    payload: '{"values":{"constructor":40,"toString":1,"hasOwnProperty":2}}',
    code: "unknown_metric",
  },
  ...NO_NUMBERS.map((value) => ({
    ...{ name: `${value} for a number`, topic: NOISE },
    ...{ payload: noise(value), code: "not_a_number" as const },
  })),
  {
    name: "a number beyond what a double counts",
    topic: NOISE,
    payload: noise("9007199254740993"),
    code: "value_out_of_range",
  },
  {
    name: "300 degrees below zero",
    topic: NOISE,
    payload: '{"values":{"temperature":-300}}',
    code: "value_out_of_range",
  },
  { name: "no device", topic: "kota/v1", payload: noise("40"), code: "schema_mismatch" },
  {
    name: "a list for a device",
    topic: "kota/v1",
    payload: '{"device":["a"],"values":{"noise_laeq":40}}',
    code: "schema_mismatch",
  },
  {
    name: "a device of control characters",
    topic: "kota/v1",
    payload: '{"device":"a\\u0000b\\n,=","values":{"noise_laeq":40}}',
    code: "unknown_device",
  },
  {
    name: "another device than the topic's",
    topic: NOISE,
    payload: '{"device":"noise-leith-2","values":{"noise_laeq":40}}',
    code: "schema_mismatch",
  },
  ...[
    '"yesterday"',
    "1792000000000000000",
    "1792000000000000",
    "1792000000",
    '"2026-02-30T00:00:00Z"',
    "1e300",
  ].map((time) => ({
    ...{ name: `the time ${time}`, topic: NOISE },
    ...{ payload: at(time), code: "time_invalid" as const },
  })),
  { name: "a time before 1970", topic: NOISE, payload: at("-1"), code: "time_too_old" },
  ...HOSTILE_NAMES.map((device) => ({
    ...{ name: `the device ${JSON.stringify(device)}`, topic: `kota/v1/${device}` },
    ...{ payload: noise("40"), code: "unknown_device" as const },
  })),
  {
    name: "a topic of 60,000 characters",
    topic: `kota/v1/${"x".repeat(60_000)}`,
    payload: noise("40"),
    code: "schema_mismatch",
  },
  {
    name: "bytes that are no Sparkplug",
    topic: "spBv1.0/plant/NDATA/edge",
    payload: Buffer.from("deadbeefdeadbeef", "hex"),
    code: "schema_mismatch",
  },
  {
    name: "a Sparkplug message that is cut off",
    topic: "spBv1.0/plant/DDATA/edge/device",
    payload: Buffer.from([0x08]),
    code: "schema_mismatch",
  },
  {
    name: "50 MB of nothing, compressed",
    topic: NOISE,
    payload: gzipSync(Buffer.alloc(50 * 1024 * 1024)),
    code: "not_utf8",
  },
  {
    name: "a list where Tasmota sends an object",
    topic: "tele/bad-plug/SENSOR",
    payload: "[]",
    code: "schema_mismatch",
  },
];
