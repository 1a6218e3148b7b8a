const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;
const DOLLAR = 0x24;

/**
 * Whether an MQTT topic matches a topic filter: `+` stands for one level, `#` at the end for any number of levels and for
 * the parent itself. A filter that begins with a wildcard does not match a topic that begins with `$`.
 * Source: MQTT 5.0, section 4.7.
 */
export function matchesTopic(filter: string, topic: string): boolean {
  const first = filter.charCodeAt(0);
  if (topic.charCodeAt(0) === DOLLAR && (first === PLUS || first === HASH)) return false;
  let at = 0;
  for (let f = 0; f < filter.length; f++) {
    const wanted = filter.charCodeAt(f);
    if (wanted === HASH) return true;
    if (wanted === PLUS) {
      while (at < topic.length && topic.charCodeAt(at) !== SLASH) at++;
    } else if (at < topic.length && topic.charCodeAt(at) === wanted) {
      at++;
    } else {
      // `sport/#` also matches `sport`.
      return at === topic.length && wanted === SLASH && filter.length === f + 2 && filter.endsWith("#");
    }
  }
  return at === topic.length;
}
