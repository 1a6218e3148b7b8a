/**
 * What runs inside of the sandbox before a codec. It gives the globals that codecs expect of Node and of network
 * servers, and evaluates to `makeRun(decodeUplink, Decode, Decoder, maxOutput)`, which finds the codec's function and
 * returns `run(text)`: one JSON text in, one text out. The first character of the answer says what follows it:
 * `d` the result as JSON, `t` what was thrown, `j` why the result is no JSON, `s` the size of a result too large, `n` or
 * `p` nothing: no object came, or a promise.
 * Everything that it uses is taken before the codec can change it.
 */
export const PRELUDE = `(function () {
  "use strict";
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const NativeDate = Date;
  const NativeString = String;
  const NativeError = Error;
  const exec = Function.prototype.call.bind(RegExp.prototype.exec);
  const slice = Function.prototype.call.bind(String.prototype.slice);

  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });

  const silent = () => undefined;
  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir", "table", "assert", "time", "timeEnd", "group", "groupEnd"])
    console[name] = silent;
  define("console", console);

  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  define("btoa", function btoa(data) {
    const text = NativeString(data);
    let out = "";
    for (let i = 0; i < text.length; i += 3) {
      const a = text.charCodeAt(i), b = text.charCodeAt(i + 1), c = text.charCodeAt(i + 2);
      if (a > 255 || b > 255 || c > 255) throw new NativeError("btoa: the text holds characters above 255");
      out += ALPHABET[a >> 2] + ALPHABET[((a & 3) << 4) | (b >> 4)];
      out += i + 1 < text.length ? ALPHABET[((b & 15) << 2) | (c >> 6)] : "=";
      out += i + 2 < text.length ? ALPHABET[c & 63] : "=";
    }
    return out;
  });
  define("atob", function atob(data) {
    let text = NativeString(data).replace(/[\\t\\n\\f\\r ]/g, "");
    if (text.length % 4 === 0) text = text.replace(/==?$/, "");
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new NativeError("atob: the text is not Base64");
    let out = "", bits = 0, value = 0;
    for (let i = 0; i < text.length; i++) {
      value = ((value << 6) | ALPHABET.indexOf(text[i])) & 0xffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out += NativeString.fromCharCode((value >> bits) & 255);
      }
    }
    return out;
  });

  const module = { exports: {} };
  define("module", module);
  define("exports", module.exports);

  function describe(thrown) {
    try {
      if (!(thrown instanceof NativeError)) {
        if (typeof thrown !== "object" || thrown === null) return NativeString(thrown);
        const text = stringify(thrown);
        return typeof text === "string" ? slice(text, 0, 1000) : NativeString(thrown);
      }
      const line = exec(/codec\\.js:(\\d+)/, NativeString(thrown.stack));
      return slice(thrown.name + ": " + thrown.message, 0, 1000) + (line ? " (line " + line[1] + ")" : "");
    } catch {
      return "something that cannot be told";
    }
  }

  const texts = (list) => {
    if (list === undefined || list === null) return undefined;
    const items = isArray(list) ? list : [list];
    if (items.length === 0) return undefined;
    const out = [];
    for (let i = 0; i < items.length && i < 20; i++) out[i] = typeof items[i] === "string" ? slice(items[i], 0, 1000) : describe(items[i]);
    return out;
  };

  return function makeRun(decodeUplink, Decode, Decoder, maxOutput) {
    const exported = module.exports;
    const from = (name) => {
      const value = exported !== null && (typeof exported === "object" || typeof exported === "function") ? exported[name] : undefined;
      return typeof value === "function" ? value : undefined;
    };
    const uplink = decodeUplink || from("decodeUplink");
    const chirpstack = Decode || from("Decode");
    const things = Decoder || from("Decoder");
    if (!uplink && !chirpstack && !things) return undefined;

    return function run(text) {
      let answer;
      let kind = "t";
      try {
        const input = parse(text);
        const { fPort, bytes, variables } = input;
        let result;
        if (uplink) {
          const given = uplink({ bytes, fPort, recvTime: new NativeDate(input.recvTime), variables });
          kind = "j";
          if (given === null || typeof given !== "object") return "n";
          if (typeof given.then === "function") return "p";
          result = { data: given.data, errors: texts(given.errors), warnings: texts(given.warnings) };
        } else {
          const data = chirpstack ? chirpstack(fPort, bytes, variables) : things(bytes, fPort);
          kind = "j";
          result = { data };
        }
        answer = stringify(result);
        if (answer.length > maxOutput) return "s" + answer.length;
      } catch (thrown) {
        return kind + describe(thrown);
      }
      return "d" + answer;
    };
  };
})()`;

/**
 * Evaluates, after the codec, to its functions: also those that `const` or `let` declared, which are no properties of
 * the global object.
 */
export const FIND_FUNCTIONS = `[
  typeof decodeUplink === "function" ? decodeUplink : undefined,
  typeof Decode === "function" ? Decode : undefined,
  typeof Decoder === "function" ? Decoder : undefined,
]`;
