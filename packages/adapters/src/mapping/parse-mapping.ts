import { KotaError } from "@kota/model";
import { parseDocument } from "yaml";
import type { z } from "zod";
import type { Adapter } from "../adapter.ts";
import { mappingAdapter } from "./mapping-adapter.ts";
import { Mapping } from "./schema.ts";

/**
 * The adapter that a mapping file describes. `id` is the name of the file without its ending; `file` names it in messages.
 * @throws KotaError `city_invalid` that names file, key, what was expected and what came.
 */
export function parseMapping(id: string, text: string, file: string): Adapter {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) {
    throw invalid(file, `the name of a mapping is in small letters, digits and single hyphens, not '${id}'`);
  }
  return mappingAdapter(id, parseDescription(Mapping, text, file), file);
}

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

function invalid(file: string, text: string, cause?: unknown): KotaError {
  return new KotaError("city_invalid", `${file}: ${text}`, { cause });
}
