import { KotaError } from "@kota/model";

/** Unix milliseconds. */
export interface EngineClock {
  now: number;
}

/**
 * The functions that the engine's module imports. The pinned build names them by letters; the tests of what a codec can
 * see of the host fail when they change. The module gets three that do something: more memory within its bounds, the
 * time of the present call, and the calendar in UTC. Everything else of the host is out of its reach.
 */
export function hostFunctions(
  offered: WebAssembly.Imports,
  memory: WebAssembly.Memory,
  clock: EngineClock,
): WebAssembly.Imports {
  const given: Record<string, unknown> = {
    a: memory,
    k: offered.a?.k, // emscripten_resize_heap
    p: () => clock.now, // emscripten_date_now
    m: (seconds: bigint, tm: number) => writeUtc(memory, Number(seconds), tm), // _localtime_js
    n: (timezone: number, daylight: number, standardName: number, daylightName: number) => {
      const words = new Int32Array(memory.buffer);
      words[timezone >> 2] = 0;
      words[daylight >> 2] = 0;
      for (const name of [standardName, daylightName]) {
        new Uint8Array(memory.buffer).set(UTC, name);
      }
    }, // _tzset_js
    f: (count: number, size: number) => {
      const words = new Int32Array(memory.buffer);
      words[count >> 2] = 0;
      words[size >> 2] = 0;
      return 0;
    }, // environ_sizes_get
    e: () => 0, // environ_get
    c: () => BAD_FILE, // fd_write
    d: () => BAD_FILE, // fd_close
    o: () => BAD_FILE, // fd_seek
    t: () => undefined, // freeing a reference to the host, of which there are none
  };
  const all = offered.a ?? {};
  for (const name of Object.keys(all)) given[name] ??= refused;
  return { a: given };
}

const UTC = new TextEncoder().encode("UTC\0");
/** WASI's EBADF. */
const BAD_FILE = 8;

function refused(): never {
  throw new KotaError("internal", "The codec engine gave up.");
}

/** Fills C's `struct tm`. */
function writeUtc(memory: WebAssembly.Memory, seconds: number, at: number): void {
  const time = new Date(seconds * 1000);
  const year = time.getUTCFullYear();
  const words = new Int32Array(memory.buffer, at, 10);
  words[0] = time.getUTCSeconds();
  words[1] = time.getUTCMinutes();
  words[2] = time.getUTCHours();
  words[3] = time.getUTCDate();
  words[4] = time.getUTCMonth();
  words[5] = year - 1900;
  words[6] = time.getUTCDay();
  words[7] = Math.floor((time.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
  words[8] = 0;
  words[9] = 0;
}
