import { z } from "zod";
import { parseDuration } from "./duration.ts";

/**
 * A length of time as people write it in settings, `90s`, `15m`, `24h` or `2d`, in milliseconds.
 * @param examples lengths that make sense where it is asked for
 */
export const durationLike = (examples: string) =>
  z.string().transform((text, ctx) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    ctx.addIssue({ code: "custom", message: `expected a duration such as ${examples}, got '${text}'` });
    return z.NEVER;
  });

export const duration = durationLike("'15m', '24h' or '2d'");
