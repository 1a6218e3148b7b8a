/** The query of a URL: each name with its text, or its texts when it stands there more than once. */
type PlainSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads the query of a URL as plain text: `?area=leith` and not `?area=%22leith%22`. */
export function parsePlainSearch(search: string): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const before = found.get(name);
    found.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(found);
}

/** Writes the query of a URL, with its `?`. What is empty is left out, so that a plain page has a plain URL. */
export function plainSearch(search: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search as PlainSearch)) {
    for (const each of [value].flat()) if (each) query.append(name, String(each));
  }
  const text = query
    .toString()
    .replaceAll("%2F", "/")
    .replaceAll("%3A", ":")
    .replaceAll("%40", "@")
    .replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

/** The text of a name in the query; undefined when there is none. */
export function textIn(search: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = [search[name]].flat()[0];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** All texts of a name in the query. */
export function textsIn(search: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  return [search[name]].flat().filter((value) => typeof value === "string" && value !== "") as string[];
}

/** Leaves out what is undefined, so that a URL holds only what was chosen. */
export function chosen<T extends Readonly<Record<string, unknown>>>(
  search: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
