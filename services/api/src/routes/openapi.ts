import type { App } from "../context.ts";

/** The contract, as the schemas of the routes state it. */
export function openApiRoutes(app: App): void {
  let document: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json").send(document);
  });
}
