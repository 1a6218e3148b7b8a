import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** A length of time as people write it in settings, `90s`, `15m`, `24h` or `2d`, in milliseconds. */
export const duration = z.string().transform((text, ctx) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  ctx.addIssue({
    code: "custom",
    message: `expected a duration such as '15m', '24h' or '2d', got '${text}'`,
  });
  return z.NEVER;
});
