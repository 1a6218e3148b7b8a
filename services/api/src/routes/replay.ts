import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import type { ApiContext, App } from "../context.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";
import { CODES } from "../rejection-row.ts";
import type { Replayer } from "../replay.ts";
import { placeOf, ReplayView, replayView } from "../replay-view.ts";
import { openRangeOf, QueryTime } from "../time-range.ts";

const time = z.union([z.number().int().transform(String), z.string()]).pipe(QueryTime);

const ReplayBody = parameters({
  dryRun: z.boolean().default(true).describe("Only say what would become of the messages"),
  code: z.enum(CODES).optional(),
  adapter: z.string().min(1).optional().describe("`id@version`, or an id for all its versions"),
  device: z.string().min(1).optional(),
  topic: z.string().min(1).optional(),
  from: time.optional().describe("Start of the range, RFC 3339 or Unix milliseconds"),
  to: time.optional().describe("End of the range, which does not belong to it"),
  limit: z.number().int().min(1).max(20_000).default(5_000).describe("Look at so many rejections at most"),
  cursor: z.string().optional().describe("The `nextCursor` of the answer before"),
});

export function replayRoutes(app: App, { adminTokens, replayer }: ApiContext): void {
  app.post(
    "/rejections/replay",
    {
      onRequest: requireAdmin(adminTokens),
      schema: {
        summary: "Run rejected messages through the adapters and the registry of today",
        security: adminSecurity,
        querystring: parameters({}),
        body: ReplayBody,
        response: answers("What became, or would become, of the messages", ReplayView),
      },
    },
    async ({ body }) => {
      const { dryRun, code, adapter, device, topic, limit, cursor } = body;
      const report = await requireReplayer(replayer).run({
        selection: { ...openRangeOf(body), code, adapter, device, topic },
        apply: !dryRun,
        limit,
        after: placeOf(cursor),
      });
      return replayView(report, dryRun);
    },
  );
}

/** @throws HttpProblem `not_ready` while what was replayed or registered before is not known. */
export function requireReplayer(replayer: () => Replayer | undefined): Replayer {
  const ready = replayer();
  if (!ready) {
    throw new HttpProblem(
      "not_ready",
      "What was replayed and registered before is still being read; ask again in a few seconds.",
    );
  }
  return ready;
}
