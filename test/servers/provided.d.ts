import "vitest";

declare module "vitest" {
  /** Real servers for `*.real.test.ts`, or null where neither Docker nor a native installation has them. */
  interface ProvidedContext {
    kafkaBrokers: string[] | null;
    influxdb: { url: string; org: string; bucket: string; token: string } | null;
    mosquittoUrl: string | null;
  }
}
