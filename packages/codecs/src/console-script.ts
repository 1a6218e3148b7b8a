/**
 * What runs inside of the sandbox after the prelude when somebody wants to read what a codec prints. It puts a console in
 * place that keeps the first lines, and evaluates to `said()`, which gives them as JSON. Everything that it uses is taken
 * before the codec can change it.
 */
export const CONSOLE_SCRIPT = `(function () {
  "use strict";
  const { stringify } = JSON;
  const NativeString = String;
  const NativeError = Error;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const MOST_LINES = 100;
  const MOST_CHARACTERS = 500;
  const lines = [];

  const shown = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof NativeError) return value.name + ": " + value.message;
    try {
      const text = stringify(value);
      return typeof text === "string" ? text : NativeString(value);
    } catch {
      return "something that cannot be told";
    }
  };
  const print = (...values) => {
    if (lines.length > MOST_LINES) return;
    let line = "";
    for (let i = 0; i < values.length && line.length <= MOST_CHARACTERS; i++) line += (i > 0 ? " " : "") + shown(values[i]);
    lines[lines.length] =
      lines.length === MOST_LINES ? "…" : line.length > MOST_CHARACTERS ? slice(line, 0, MOST_CHARACTERS) + "…" : line;
  };
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir", "table"]) console[name] = print;
  return () => stringify(lines);
})()`;
