import type { FastifyRequest } from "fastify";
import { HttpProblem } from "./problem.ts";

/**
 * Whether a table goes out as CSV: `format` decides, else the `Accept` header; JSON when both will do.
 * @throws HttpProblem `not_acceptable` for a caller that takes neither.
 */
export function sendsCsv(request: FastifyRequest, format: "json" | "csv" | undefined): boolean {
  if (format) return format === "csv";
  const type = request.accepts().type(["application/json", "text/csv"]);
  if (type === false) {
    throw new HttpProblem("not_acceptable", "This is given as application/json or text/csv.");
  }
  return type === "text/csv";
}
