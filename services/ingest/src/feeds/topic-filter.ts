/** Whether a topic is meant by an MQTT topic filter. Wildcards at the start do not mean topics that begin with `$` ([MQTT-4.7.2-1]). */
export type TopicMatcher = (topic: string) => boolean;

export function createTopicMatcher(filters: readonly string[]): TopicMatcher {
  const levelsOfFilters = filters.map((filter) => filter.split("/"));
  const everything = filters.includes("#");
  return (topic) => {
    if (everything && !topic.startsWith("$")) return true;
    const topicLevels = topic.split("/");
    return levelsOfFilters.some((filterLevels) => matches(filterLevels, topicLevels));
  };
}

function matches(filter: readonly string[], topic: readonly string[]): boolean {
  if (topic[0]?.startsWith("$") && (filter[0] === "#" || filter[0] === "+")) return false;
  for (let level = 0; level < filter.length; level++) {
    if (filter[level] === "#") return true;
    if (level >= topic.length) return false;
    if (filter[level] !== "+" && filter[level] !== topic[level]) return false;
  }
  return filter.length === topic.length;
}
