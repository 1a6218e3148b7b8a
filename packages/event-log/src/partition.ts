import { fnv1a } from "@kota/model";

/**
 * The partition of a key. Both adapters use it, so that moving from one log to the other keeps keys together; another
 * hash would send a key to another partition than the records before it.
 */
export function partitionOf(key: string, partitions: number): number {
  return fnv1a(key) % partitions;
}
