import { isObject, type JsonObject, member } from "../json.ts";
import { TYPES } from "./attributes.ts";

// Of one payload the same is asked to recognise it, to check it and to read it.
let last: { readonly json: unknown; readonly entities: readonly JsonObject[] | null } = {
  json: null,
  entities: null,
};

/** The entities of an NGSI payload; null: it is none. Entities come alone, in a list, or in the `data` of a notification. */
export function entitiesOf(json: unknown): readonly JsonObject[] | null {
  if (json !== last.json) last = { json, entities: entitiesIn(json) };
  return last.entities;
}

function entitiesIn(json: unknown): readonly JsonObject[] | null {
  if (Array.isArray(json)) return json.length > 0 && json.every(isRecognised) ? json : null;
  if (!isObject(json)) return null;
  // NGSI-LD over MQTT wraps what HTTP sends as headers and body.
  const body = member(json, "body");
  if (isObject(body) && isObject(member(json, "metadata"))) return entitiesIn(body);
  const data = member(json, "data");
  if (Array.isArray(data) && (typeof member(json, "subscriptionId") === "string" || isNotification(json))) {
    return data.every(isEntity) ? data : null;
  }
  return isRecognised(json) ? [json] : null;
}

function isNotification(json: JsonObject): boolean {
  return member(json, "type") === "Notification";
}

function isEntity(json: unknown): json is JsonObject {
  return isObject(json) && typeof member(json, "id") === "string" && typeOf(json) !== "";
}

/** Outside of a notification anything may have an id and a type; an entity has attributes with a value, or a known type. */
function isRecognised(json: unknown): json is JsonObject {
  if (!isEntity(json)) return false;
  if (TYPES.has(typeOf(json))) return true;
  return Object.keys(json).some((name) => {
    const attribute = json[name];
    return (
      isObject(attribute) &&
      Object.hasOwn(attribute, "value") &&
      typeof member(attribute, "type") === "string"
    );
  });
}

/** The entity's type without namespace; of several the first. */
export function typeOf(entity: JsonObject): string {
  const type = member(entity, "type");
  const first: unknown = Array.isArray(type) ? type[0] : type;
  return typeof first === "string" ? localName(first) : "";
}

/** The name in a full IRI: what stands behind the last '/' or '#'. */
export function localName(name: string): string {
  return name.startsWith("http")
    ? name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("#")) + 1)
    : name;
}

/** An attribute in any of the forms: normalized (NGSI-v2, NGSI-LD), concise, key-values. */
export interface AttributeValue {
  readonly value: unknown;
  /** The UN/CEFACT code, or what the publisher wrote instead. */
  readonly unit: string | null;
  /** When it was measured, as written. */
  readonly at: unknown;
}

export function attributeValue(raw: unknown): AttributeValue {
  // Several values of one attribute, NGSI-LD 4.5.5: the one without a dataset id is the default, and comes first.
  const attribute: unknown = Array.isArray(raw) && isObject(raw[0]) ? raw[0] : raw;
  if (!isObject(attribute) || !Object.hasOwn(attribute, "value")) {
    return { value: raw, unit: null, at: undefined };
  }
  const metadata = member(attribute, "metadata");
  const meta = (name: string): unknown => {
    const entry = isObject(metadata) ? member(metadata, name) : undefined;
    return isObject(entry) ? member(entry, "value") : undefined;
  };
  const unit = member(attribute, "unitCode") ?? meta("unitCode") ?? meta("unit");
  return {
    value: plain(member(attribute, "value")),
    unit: typeof unit === "string" ? unit : null,
    at: plain(member(attribute, "observedAt")) ?? meta("TimeInstant") ?? meta("timestamp"),
  };
}

/** JSON-LD writes typed values as `{ "@type": …, "@value": … }`. */
function plain(value: unknown): unknown {
  return isObject(value) && Object.hasOwn(value, "@value") ? member(value, "@value") : value;
}
