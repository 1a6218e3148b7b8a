declare module "fs-native-extensions" {
  /** Whether the lock on the whole file was granted: to this file descriptor, until it is closed. */
  export function tryLock(fd: number): boolean;
}
