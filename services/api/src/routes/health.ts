import { z } from "zod";
import type { ApiContext, App } from "../context.ts";

const Readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

export function healthRoutes(app: App, { metrics, notReady }: ApiContext): void {
  app.addHook("onSend", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
  app.get(
    "/healthz",
    {
      schema: {
        summary: "The process runs",
        response: { 200: z.object({ status: z.literal("ok") }) },
      },
    },
    () => ({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      schema: {
        summary: "The process is ready to work; 503 with the reasons while it is not",
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const reasons = [...(await notReady())];
      const ready = reasons.length === 0;
      return reply.code(ready ? 200 : 503).send({ ready, reasons });
    },
  );
  app.get(
    "/metrics",
    {
      schema: {
        summary: "The metrics of this process, for Prometheus",
        response: {
          200: { description: "Prometheus text", content: { "text/plain": { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
