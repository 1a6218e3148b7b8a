import type { Mounted } from "@kota/runtime";
import type { App } from "../context.ts";

/** What another service of this process serves on this port: it gets the request as it came, body unread. */
export function mountedRoutes(app: App, mounted: Mounted): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.hijack();
    mounted.handle(request.raw, reply.raw);
  });
  app.all(`${mounted.path}/*`, { schema: { hide: true } }, () => {});
}
