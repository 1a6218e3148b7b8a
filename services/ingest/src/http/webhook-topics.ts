/**
 * The topics that network servers publish the same events on over MQTT: with them the adapter of the topic takes what a
 * webhook sent. Null for a body that does not say what is needed; then it is the adapters' to recognise or to reject.
 */

/** Members of a webhook's body, with the rest of the MQTT topic on which The Things Stack publishes it. */
const THINGS_STACK_EVENTS: readonly (readonly [member: string, event: string])[] = [
  ["uplink_message", "up"],
  ["uplink_normalized", "up/normalized"],
  ["join_accept", "join"],
  ["downlink_queued", "down/queued"],
  ["downlink_sent", "down/sent"],
  ["downlink_ack", "down/ack"],
  ["downlink_nack", "down/nack"],
  ["downlink_failed", "down/failed"],
  ["location_solved", "location/solved"],
  ["service_data", "service/data"],
];

/** `v3/<application>@<tenant>/devices/<device>/<event>`; an open-source installation has no tenant. */
export function thingsStackTopic(body: unknown, tenant: string | null): string | null {
  const ids = member(body, "end_device_ids");
  const device = level(member(ids, "device_id"));
  const application = level(member(member(ids, "application_ids"), "application_id"));
  const event = THINGS_STACK_EVENTS.find(([name]) => member(body, name) !== undefined)?.[1];
  if (device === null || application === null || event === undefined) return null;
  const of = tenant === null ? application : `${application}@${tenant}`;
  return `v3/${of}/devices/${device}/${event}`;
}

/** `application/<application>/device/<EUI>/event/<event>`; ChirpStack names the event in the query. */
export function chirpStackTopic(body: unknown, event: string | null): string | null {
  const info = member(body, "deviceInfo");
  const application = level(member(info, "applicationId"));
  const device = level(member(info, "devEui"));
  if (application === null || device === null || level(event) === null) return null;
  return `application/${application}/device/${device}/event/${event}`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A text that can be one level of a topic, and nothing else. */
function level(value: unknown): string | null {
  return typeof value === "string" && /^[\w.:@-]{1,200}$/.test(value) ? value : null;
}
