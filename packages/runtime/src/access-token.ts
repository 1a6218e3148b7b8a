import { createHash, timingSafeEqual } from "node:crypto";

/**
 * The token that a request carries in its `Authorization` header: as `Bearer <token>`, or as the password of `Basic`, whose
 * user name is free, for senders that know nothing else. Undefined: it carries none.
 */
export function presentedToken(authorization: string | undefined): string | undefined {
  const match = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? "");
  const text = match?.[2];
  if (text === undefined || match?.[1]?.toLowerCase() === "bearer") return text;
  const pair = Buffer.from(text, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** Whether a token is one of those that are good, in a time that says nothing about how much of it is right. */
export function isGoodToken(good: readonly string[], presented: string): boolean {
  const digest = sha256(presented);
  return good.reduce((found, token) => timingSafeEqual(sha256(token), digest) || found, false);
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
