import type { ServerResponse } from "node:http";

/** Why a request is not taken, as RFC 9457 says it. The code is the contract, the detail is for a person. */
export interface HttpFault {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendFault(response: ServerResponse, instance: string, fault: HttpFault): void {
  const { status, code, title, detail, headers } = fault;
  send(
    response,
    status,
    { type: `urn:kota:problem:${code}`, title, status, detail, instance, code },
    { "content-type": "application/problem+json", ...headers },
  );
}

/** Answers with JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): void {
  const text = `${JSON.stringify(body)}\n`;
  response
    .writeHead(status, {
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
