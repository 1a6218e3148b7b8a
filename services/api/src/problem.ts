import { type ErrorCode, KotaError, messageOf } from "@kota/model";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";

/** RFC 9457. */
export const Problem = z
  .object({
    type: z.string().describe("`urn:kota:problem:<code>`"),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe("What was expected, what came, what to do."),
    instance: z.string().describe("The path that was asked for."),
    code: z.string().describe("The part to branch on."),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .describe("JSON Pointer into the request, `#/query/<parameter>` or `#/body/<member>`."),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

export type ProblemCode =
  | ErrorCode
  | "method_not_allowed"
  | "not_acceptable"
  | "not_ready"
  | "unauthorized"
  | "admin_off"
  | "busy"
  | "conflict"
  | "version_conflict";

const STATUS: Partial<Record<ProblemCode, { status: number; title: string }>> = {
  bad_request: { status: 400, title: "Bad request" },
  unauthorized: { status: 401, title: "No good token" },
  admin_off: { status: 403, title: "Changes are off" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  not_acceptable: { status: 406, title: "Not acceptable" },
  conflict: { status: 409, title: "Conflict" },
  version_conflict: { status: 409, title: "Changed meanwhile" },
  busy: { status: 503, title: "Too much at once" },
  not_ready: { status: 503, title: "Not ready" },
  log_unavailable: { status: 503, title: "The log does not answer" },
  log_full: { status: 503, title: "The disk of the log is full" },
  store_full: { status: 503, title: "The disk of the time series is full" },
  store_unavailable: { status: 503, title: "The time series does not answer" },
  closed: { status: 503, title: "Stopping" },
};

const INTERNAL = { status: 500, title: "Internal error" };

/** An error whose text is meant for the caller. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: Problem["errors"];

  constructor(code: ProblemCode, detail: string, errors?: Problem["errors"]) {
    super(detail);
    this.name = "HttpProblem";
    this.code = code;
    this.errors = errors;
  }
}

/** A query parameter that cannot be used. */
export function badParameter(name: string, detail: string): HttpProblem {
  return new HttpProblem("bad_request", `The parameter '${name}' cannot be used: ${detail}`, [
    { pointer: `#/query/${name}`, detail },
  ]);
}

/** Every response of every route beside its good one. */
export const problemResponse = {
  default: {
    description: "Anything that is not the answer, as RFC 9457 says.",
    content: { "application/problem+json": { schema: Problem } },
  },
};

/** The response of a route that gives JSON, and every other. */
export function answers<S extends z.ZodType>(description: string, schema: S) {
  return {
    200: { description, content: { "application/json": { schema } } },
    ...problemResponse,
  };
}

/** The parts of a request by fastify's names for them. */
const PLACES: Readonly<Record<string, string>> = { params: "path", querystring: "query", body: "body" };

/** What a caller may know of an error. The text of what kota did not raise for the caller stays in the log. */
export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof HttpProblem) return problem(error.code, error.message, instance, error.errors);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = PLACES[error.validationContext ?? ""] ?? "query";
    const errors = error.validation.map((issue) => ({
      pointer: `#/${place}${issue.instancePath === "/" ? "" : issue.instancePath}`,
      detail: issue.message ?? "is not valid",
    }));
    const detail = errors.map((one) => `${one.pointer.slice(2)}: ${one.detail}`).join("; ");
    return problem("bad_request", detail, instance, errors);
  }
  if (error instanceof KotaError) {
    if (error.fault === "caller" && STATUS[error.code]) return problem(error.code, error.message, instance);
    if (STATUS[error.code]?.status === 503) {
      return problem(error.code, "It will be tried again; ask again in a few seconds.", instance);
    }
  }
  const status = (error as Partial<FastifyError> | null)?.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return { ...problem("bad_request", messageOf(error), instance), status };
  }
  return problem("internal", "kota failed on this request; its log says why.", instance);
}

function problem(code: ProblemCode, detail: string, instance: string, errors?: Problem["errors"]): Problem {
  const { status, title } = STATUS[code] ?? INTERNAL;
  return {
    type: `urn:kota:problem:${code}`,
    title,
    status,
    detail,
    instance,
    code,
    ...(errors ? { errors } : {}),
  };
}

/** Ends a request with a problem, and logs what is not the caller's doing. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = problemOf(error, request.url);
  if (body.status >= 500) request.log.error({ err: error, path: request.url }, "a request failed");
  if (body.status === 503) reply.header("retry-after", "2");
  if (body.status === 401) reply.header("www-authenticate", 'Bearer realm="kota"');
  if (body.status === 405) reply.header("allow", "GET, HEAD, OPTIONS");
  return reply
    .code(body.status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(body));
}
