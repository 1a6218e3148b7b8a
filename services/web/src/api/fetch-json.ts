import { adminToken } from "../admin/use-admin-token.ts";
import type { Problem } from "../api-types.ts";

/** An answer that is not the data that was asked for. `status` is 0 when kota was not reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

/** GETs JSON from kota's API. Parameters that are null are left out. Throws an `ApiError` with a sentence for a person. */
export async function fetchJson<T>(
  path: string,
  parameters: Readonly<Record<string, string | null>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const token = adminToken();
  return ask<T>(apiUrl(path, parameters), {
    // Messages as they came are shown with a token where the city has set one.
    headers: token === "" ? ACCEPT : { ...ACCEPT, authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
  });
}

/**
 * Sends JSON to kota's API and reads its answer. With a token for what changes something. Throws an `ApiError` with a
 * sentence for a person.
 */
export async function sendJson<T>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  return ask<T>(path, {
    method,
    headers: {
      ...ACCEPT,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const ACCEPT = { accept: "application/json" };

async function ask<T>(url: string, request: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "kota does not answer. It may be starting, or the network is down.");
  }
  if (!response.ok) throw await apiErrorOf(response);
  return (await response.json()) as T;
}

/** An address of the API; parameters that are null are left out. */
export function apiUrl(path: string, parameters: Readonly<Record<string, string | null>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function apiErrorOf(response: Response): Promise<ApiError> {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // A proxy in between answers in HTML; the status has to do.
  }
  return new ApiError(
    response.status,
    problem.code ?? "unknown",
    problem.detail ?? problem.title ?? `kota answered with status ${response.status}.`,
  );
}
