import type { IncomingMessage, ServerResponse } from "node:http";

/** What one service serves on the HTTP port of another: everything below a path. */
export interface Mounted {
  /** Begins with a slash and ends without one: `/in`. */
  readonly path: string;
  /** Answers the request, whatever it is. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}
