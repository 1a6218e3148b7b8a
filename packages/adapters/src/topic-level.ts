/** A level of a topic, counted from 0; the empty text when the topic is shorter. */
export function topicLevel(topic: string, index: number): string {
  let start = 0;
  for (let level = 0; level < index; level++) {
    const slash = topic.indexOf("/", start);
    if (slash < 0) return "";
    start = slash + 1;
  }
  const end = topic.indexOf("/", start);
  return end < 0 ? topic.slice(start) : topic.slice(start, end);
}
