/** Where a device that may move said that it is, WGS 84. */
export interface DevicePosition {
  readonly device: string;
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
  /** Event time of the message that says so, Unix milliseconds. */
  readonly time: number;
}

/** Whether a receiver can be there. 0, 0 is what one says that has not found itself yet. */
export function isPlace({ lat, lon }: { readonly lat: number; readonly lon: number }): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0);
}
