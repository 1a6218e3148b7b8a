import type { RejectionCode } from "@kota/model";

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
];
