import type { IncomingMessage } from "node:http";

/** The body of a request, or why it did not come whole. */
export type Body =
  | { readonly outcome: "whole"; readonly bytes: Buffer }
  | { readonly outcome: "too-large" | "too-slow" | "broken-off" };

/** Reads a body of at most `maxBytes`, within `timeoutMs`; `onBytes` hears how many bytes came each time. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  timeoutMs: number,
  onBytes: (count: number) => void,
): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (body: Body) => {
      clearTimeout(timer);
      request.off("data", onData);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      onBytes(chunk.length);
      if (length > maxBytes) {
        request.pause();
        return finish({ outcome: "too-large" });
      }
      chunks.push(chunk);
    };
    const timer = setTimeout(finish, timeoutMs, { outcome: "too-slow" });
    request.on("data", onData);
    request.once("end", () => finish({ outcome: "whole", bytes: Buffer.concat(chunks, length) }));
    request.once("error", () => finish({ outcome: "broken-off" }));
    request.once("close", () => finish({ outcome: "broken-off" }));
  });
}
