import type { Missing } from "@kota/attention";
import { balanceOf, differenceOf } from "@kota/ledger";
import type { LedgerRecord } from "@kota/model";
import type { Clock } from "@kota/runtime";

/** Which devices miss readings, as the records of the ledger come: these are few, the devices of a city many. */
export interface MissingReadings {
  take(record: LedgerRecord): void;
  /** @param heldFrom Hours before it are held no more. */
  of(heldFrom: number): readonly Missing[];
}

interface Gap {
  readonly count: number;
  readonly received: number;
}

export function createMissingReadings(clock: Clock): MissingReadings {
  const gaps = new Map<string, { readonly since: number; readonly hours: Map<number, Gap> }>();
  return {
    take(record) {
      const { device, hour } = record;
      // Without a device there are only rejections, and of these none can be missing.
      if (device === null) return;
      const count = differenceOf(record);
      const known = gaps.get(device);
      if (count > 0) {
        const gap = { count, received: balanceOf(record).received };
        if (known) known.hours.set(hour, gap);
        else gaps.set(device, { since: record.checkedAt ?? clock(), hours: new Map([[hour, gap]]) });
        return;
      }
      known?.hours.delete(hour);
      if (known?.hours.size === 0) gaps.delete(device);
    },
    of(heldFrom) {
      const missing: Missing[] = [];
      for (const [device, { since, hours }] of gaps) {
        let [count, of, from, to] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const [hour, gap] of hours) {
          if (hour < heldFrom) {
            hours.delete(hour);
            continue;
          }
          count += gap.count;
          of += gap.received;
          from = Math.min(from, hour);
          to = Math.max(to, hour);
        }
        if (count > 0) missing.push({ device, count, of, from, to, since });
        else gaps.delete(device);
      }
      return missing;
    },
  };
}
