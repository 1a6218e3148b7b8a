import { fileURLToPath } from "node:url";
import { loadCity } from "@kota/runtime";
import { loadFeeds, type Publication } from "@kota/simulator";
import { connectAsync } from "mqtt";

const EXAMPLE_CITY = fileURLToPath(new URL("../../infra/example-city", import.meta.url));
const HOUR = 3_600_000;
const STEP_MS = 600_000;
const TICK_MS = 500;
const WINDOW = 500;

/** Publications that wait to be sent late. */
const HELD_BACK = 0.05;

/** The example city's own feeds, played by a test: what is late and what comes twice is in its hands. */
export interface PlayedCity {
  /** Publications that the broker acknowledged. */
  readonly published: number;
  readonly heldBack: number;
  /** Sends what was sent in the last hour once more, in no order. */
  replayHour(): Promise<number>;
  /** Sends all that was held back so far, in no order. */
  sendLate(): Promise<number>;
  stop(): Promise<void>;
}

/** Plays the past hours, then what is now, of which 5 % is held back: the same ones in every run at the same time. */
export async function playCity(url: string, hours: number): Promise<PlayedCity> {
  const feeds = loadFeeds(EXAMPLE_CITY, loadCity(EXAMPLE_CITY));
  const client = await connectAsync(url, { clientId: "played-city", reconnectPeriod: 200 });
  client.on("error", () => {});
  const late: Publication[] = [];
  let playedTo = Date.now() - hours * HOUR;
  let stopping = false;
  const played = { published: 0, heldBack: 0 };

  async function send(publications: readonly Publication[]): Promise<number> {
    for (let at = 0; at < publications.length; at += WINDOW) {
      const part = publications.slice(at, at + WINDOW);
      // Until they are acknowledged, over as many connections as it takes.
      await Promise.all(part.map(({ topic, payload }) => client.publishAsync(topic, payload, { qos: 1 })));
      played.published += part.length;
    }
    return publications.length;
  }

  async function playOn(): Promise<void> {
    const to = Math.min(Date.now(), playedTo + STEP_MS);
    const due = publicationsOf(playedTo, to).sort((a, b) => a.at - b.at);
    const held = due.filter(isHeldBack);
    await send(due.filter((publication) => !isHeldBack(publication)));
    late.push(...held);
    played.heldBack += held.length;
    playedTo = to;
  }

  const publicationsOf = (from: number, to: number) => feeds.flatMap((feed) => feed.publications(from, to));

  while (Date.now() - playedTo > TICK_MS) await playOn();
  const running = (async () => {
    while (!stopping) {
      await playOn();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  })();

  return {
    get published() {
      return played.published;
    },
    get heldBack() {
      return played.heldBack;
    },
    replayHour: () =>
      send(
        inNoOrder(
          publicationsOf(playedTo - HOUR, playedTo).filter((publication) => !isHeldBack(publication)),
        ),
      ),
    sendLate: () => send(inNoOrder(late.splice(0))),
    async stop() {
      stopping = true;
      await running;
      await client.endAsync();
    },
  };
}

function isHeldBack({ topic, at }: Publication): boolean {
  return hash(`${topic} ${at}`) < HELD_BACK * 2 ** 32;
}

function inNoOrder(publications: readonly Publication[]): Publication[] {
  const order = (each: Publication) => hash(`${each.at} ${each.topic}`);
  return [...publications].sort((a, b) => order(a) - order(b));
}

/** FNV-1a, 32 bits, mixed once more at its end. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hashed = Math.imul(hashed ^ text.charCodeAt(n), 0x01000193);
  hashed = Math.imul(hashed ^ (hashed >>> 15), 0x2c1b3c6d);
  return (hashed ^ (hashed >>> 13)) >>> 0;
}
