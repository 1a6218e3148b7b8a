import { z } from "zod";

/** The parameters of a query. One that is not among them is an error that names those that are. */
export function parameters<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `there is no parameter ${issue.keys.map((key) => `'${key}'`).join(", ")}; ${known.length === 0 ? "there are none" : `the parameters are ${known.join(", ")}`}`
        : undefined,
  });
}

/** How many entries of a list to give at most. */
export function limitParameter(options: { readonly fallback: number; readonly most: number }) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .max(options.most)
    .default(options.fallback)
    .describe(`How many at most, ${options.fallback} when left out`);
}

/** JSON or CSV, over the `Accept` header. */
export const formatParameter = z.enum(["json", "csv"]).optional().describe("Instead of the Accept header");
