import type { Socket } from "node:net";
import { HttpProblem, problemOf } from "./problem.ts";

/** Answers what is not HTTP with a problem too, and ends the connection: nothing after it can be told apart. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable) {
    const problem = problemOf(
      new HttpProblem(
        "bad_request",
        "The request is not HTTP that kota can read, or its header is too large.",
      ),
      "",
    );
    const body = JSON.stringify(problem);
    socket.write(
      [
        `HTTP/1.1 ${problem.status} Bad Request`,
        "content-type: application/problem+json; charset=utf-8",
        `content-length: ${Buffer.byteLength(body)}`,
        "connection: close",
        "",
        body,
      ].join("\r\n"),
    );
  }
  socket.destroySoon();
}
