import { isGoodToken, presentedToken } from "@kota/runtime";
import type { FastifyRequest } from "fastify";
import { HttpProblem } from "./problem.ts";

/** The name of the token in the OpenAPI document. */
export const ADMIN_SCHEME = "admin";

export const READ_SCHEME = "read";

/** What the schema of a route that changes something says of its token. */
export const adminSecurity = [{ [ADMIN_SCHEME]: [] }];

/** A hook that lets through only requests with an admin token. */
export function requireAdmin(tokens: readonly string[] | null) {
  return async (request: FastifyRequest): Promise<void> => {
    if (tokens === null) {
      throw new HttpProblem(
        "admin_off",
        "Nothing can be changed over HTTP here, because no token is set. Set KOTA_ADMIN_TOKEN (say, to what 'openssl rand -hex 24' prints) and start kota again.",
      );
    }
    const presented = presentedToken(request.headers.authorization);
    if (presented === undefined || !isGoodToken(tokens, presented)) {
      throw new HttpProblem(
        "unauthorized",
        presented === undefined
          ? "Send the token of KOTA_ADMIN_TOKEN as 'Authorization: Bearer <token>'."
          : "The token is none of those in KOTA_ADMIN_TOKEN.",
      );
    }
  };
}

/** What the schema of a route that shows messages as they came says of its token. */
export const readSecurity = [{}, { [READ_SCHEME]: [] }];

/**
 * A hook for what shows messages as they came: scores and readings are a city's to publish, payloads hold whatever devices
 * put into them. Without a token in the settings anybody may read.
 */
export function requireRead(tokens: readonly string[] | null) {
  return async (request: FastifyRequest): Promise<void> => {
    if (tokens === null) return;
    const presented = presentedToken(request.headers.authorization);
    if (presented !== undefined && isGoodToken(tokens, presented)) return;
    throw new HttpProblem(
      "unauthorized",
      presented === undefined
        ? "Messages as they came are shown with a token here: send that of KOTA_READ_TOKEN or KOTA_ADMIN_TOKEN as 'Authorization: Bearer <token>'."
        : "The token is none of those in KOTA_READ_TOKEN and KOTA_ADMIN_TOKEN.",
    );
  };
}
