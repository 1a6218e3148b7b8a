import type { Reading } from "@kota/model";

/** Readings of one device, as the payload of one message. */
export interface Batch {
  readonly device: string;
  readonly payload: Uint8Array;
  readonly readings: number;
}

export interface Batches {
  /** A batch that is full now. */
  add(reading: Reading): Batch | undefined;
  /** What is not full yet. */
  rest(): Batch[];
}

const MAX_READINGS = 500;

/** Gathers readings by device: one bad message would reject them all, and those of an unknown device are kept together. */
export function createBatches(maxBytes: number): Batches {
  const open = new Map<string, { texts: string[]; bytes: number }>();
  const close = (device: string, texts: readonly string[]): Batch => {
    open.delete(device);
    return { device, payload: Buffer.from(`[${texts.join(",")}]`), readings: texts.length };
  };
  return {
    add({ device, time, values }) {
      const text = JSON.stringify({ time, values });
      const gathered = open.get(device);
      if (gathered && gathered.bytes + text.length + 3 > maxBytes) {
        const full = close(device, gathered.texts);
        open.set(device, { texts: [text], bytes: text.length });
        return full;
      }
      if (!gathered) {
        open.set(device, { texts: [text], bytes: text.length });
        return undefined;
      }
      gathered.texts.push(text);
      gathered.bytes += text.length + 1;
      return gathered.texts.length >= MAX_READINGS ? close(device, gathered.texts) : undefined;
    },
    rest: () => Array.from(open, ([device, { texts }]) => close(device, texts)),
  };
}
