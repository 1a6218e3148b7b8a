/**
 * The partition of a key: FNV-1a over its UTF-16 code units. Both adapters use it, so that moving from one log to the
 * other keeps keys together.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
