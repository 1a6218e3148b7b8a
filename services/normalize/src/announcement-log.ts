import {
  type Adapter,
  type Announcements,
  createAnnouncements,
  type SharedAnnouncements,
} from "@kota/adapters";
import { ANNOUNCEMENTS, type EventLog, openTable, readTopic, type Table } from "@kota/event-log";
import type { AnnouncementRecord } from "@kota/model";
import type { Logger } from "@kota/runtime";

/** A log takes no larger record; what is announced in more is kept in memory only. */
const MAX_BYTES = 900_000;

/** What devices announced, in the log and shared with every other normalizer of the city. */
export interface AnnouncementLog {
  /**
   * Resolves when the log has all that was announced here. What is committed after that, was decoded with nothing that a
   * restart could forget.
   */
  save(): Promise<void>;
  /** Resolves with whether what others had saved by now is known here. */
  upToDate(timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Takes in what was announced before, and goes on with it; resolves when all that was there is known. */
export async function openAnnouncementLog(
  log: EventLog,
  announcements: SharedAnnouncements,
  adapters: () => readonly Adapter[],
  logger: Logger,
): Promise<AnnouncementLog> {
  const table: Table<AnnouncementRecord> = await openTable(log, ANNOUNCEMENTS, {
    keep: false,
    onValue(record) {
      if (isUnderstood(record, adapters())) announcements.takeIn(record);
    },
    onError: (error) => logger.warn({ err: error }, "following what devices announce"),
  });
  // One after the other: who waits for a save has to wait for those before it too.
  let last: Promise<void> = Promise.resolve();

  async function saveNow(): Promise<void> {
    const changes = announcements.takeChanges();
    if (changes.length === 0) return;
    const small = changes.filter(({ adapter, key, value }) => {
      const size = JSON.stringify(value).length * 3;
      if (size > MAX_BYTES && Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES) {
        logger.warn({ adapter, key }, "a device announces too much to keep it over a restart");
        return false;
      }
      return true;
    });
    try {
      await log.append(ANNOUNCEMENTS, small);
    } catch (error) {
      announcements.giveBack(changes);
      throw error;
    }
  }

  return {
    save() {
      last = last.catch(() => {}).then(saveNow);
      return last;
    },
    upToDate: (timeoutMs) => table.upToDate(timeoutMs),
    stop: () => table.stop(),
  };
}

/** Else it is of an adapter that the city no longer has, or has in another version. */
function isUnderstood({ adapter, value }: AnnouncementRecord, adapters: readonly Adapter[]): boolean {
  const of = adapters.find(({ label }) => label === adapter);
  return of?.announcement?.safeParse(value).success ?? false;
}

/** All that devices announced until now, to decode with beside the running normalizer: what is done with it nobody else sees. */
export async function announcedSoFar(log: EventLog, adapters: readonly Adapter[]): Promise<Announcements> {
  const announcements = createAnnouncements();
  await log.ensureTopics([ANNOUNCEMENTS]);
  await readTopic(log, ANNOUNCEMENTS, (records) => {
    for (const record of records) if (isUnderstood(record, adapters)) announcements.takeIn(record);
  });
  return announcements;
}
