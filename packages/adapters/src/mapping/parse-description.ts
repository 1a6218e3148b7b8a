import { KotaError } from "@kota/model";
import { parseDocument } from "yaml";
import type { z } from "zod";

/**
 * What a YAML file of a city says, in the form that the schema gives it.
 * @throws KotaError `city_invalid` that names file, key, what was expected and what came.
 */
export function parseDescription<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error) throw invalid(file, error.message, error);
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "(whole)"}: ${problem(issue)}`,
  );
  throw invalid(file, problems.join("; "), parsed.error);
}

/** Of a union the complaint that goes deepest: the others are about shapes that were not meant. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue.message;
  const [first] = issue.errors
    .flat()
    .sort(
      (a, b) => b.path.length - a.path.length || Number(b.code === "custom") - Number(a.code === "custom"),
    );
  return first
    ? `${first.path.length > 0 ? `${first.path.join(".")}: ` : ""}${problem(first)}`
    : issue.message;
}

export function invalid(file: string, text: string, cause?: unknown): KotaError {
  return new KotaError("city_invalid", `${file}: ${text}`, { cause });
}
