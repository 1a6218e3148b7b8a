/**
 * Messages with the same key stay in order. That is a topic of its own, but where devices announce on one topic what they
 * mean on another: an edge node of Sparkplug numbers its births and data through, over all of its topics, and a location of
 * OpenAQ says what its sensors measure.
 */
export function orderKey(topic: string): string {
  if (topic.startsWith("spBv1.0/")) {
    const [prefix, group, , node] = topic.split("/", 4);
    return node === undefined ? topic : `${prefix}/${group}/${node}`;
  }
  return topic.startsWith("openaq/v3/") ? "openaq/v3" : topic;
}
