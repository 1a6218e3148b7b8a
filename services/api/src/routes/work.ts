import { WORK_STATUSES } from "@kota/attention";
import { WORK_ACTS, type WorkAct } from "@kota/model";
import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import type { ApiContext, App } from "../context.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { QueryTime } from "../time-range.ts";
import type { NewAct } from "../watch/work-book.ts";
import { WorkItem, workRow } from "../work-row.ts";

const name = z.string().trim().min(1).max(80);
const note = z.string().trim().min(1).max(2000);
const optionalNote = note.optional();
const by = name.describe("Who does it, as others are to read it");
const pathParameters = z.object({ id: z.string().min(1).max(400) });

type Act = WorkAct["act"];

/** What is done about an item: its words and what has to be sent. */
const ACTS: Readonly<Record<Act, { readonly summary: string; readonly body: z.ZodType<NewAct> }>> = {
  acknowledge: {
    summary: "Say that somebody has seen it",
    body: z.strictObject({ by, note: optionalNote }),
  },
  assign: {
    summary: "Say whose it is",
    body: z.strictObject({
      by,
      to: name.nullable().describe("Whom; null: nobody any more"),
      note: optionalNote,
    }),
  },
  snooze: {
    summary: "Put it off until a time",
    body: z.strictObject({ by, until: QueryTime, note: optionalNote }),
  },
  note: { summary: "Write something down about it", body: z.strictObject({ by, note }) },
  close: {
    summary: "Close it, with a note, for as long as its condition lasts",
    body: z.strictObject({ by, note }),
  },
  reopen: {
    summary: "Open what a person closed or put off",
    body: z.strictObject({ by, note: optionalNote }),
  },
};

export function workRoutes(app: App, context: ApiContext): void {
  const { workBook, devices, adminTokens } = context;

  app.get(
    "/work",
    {
      schema: {
        summary: "What needs attention, and what was done about it; what to look at first before the rest",
        querystring: parameters({
          status: z
            .string()
            .optional()
            .describe("open, acknowledged, snoozed, closed, comma separated. Left out: all but closed"),
          area: z.string().optional(),
          device: z.string().optional(),
          assignee: z.string().optional(),
          at: QueryTime.optional().describe(
            "A moment of the past: what had begun, and what had been done until then. Facts are those written down last",
          ),
          limit: limitParameter({ fallback: 1_000, most: 10_000 }),
        }),
        response: answers("The items", z.object({ items: z.array(WorkItem) })),
      },
    },
    ({ query: { status, area, device, assignee, at, limit } }) => {
      assertWorkFilled(context);
      const statuses = statusesOf(status);
      const items = (at === undefined ? workBook.items() : workBook.itemsAt(at))
        .filter(
          (item) =>
            statuses.has(item.status) &&
            (area === undefined || item.condition.area === area) &&
            (device === undefined || item.condition.device === device) &&
            (assignee === undefined || item.assignee === assignee),
        )
        .slice(0, limit);
      return { items: items.map((item) => workRow(item, devices)) };
    },
  );

  app.get(
    "/work/:id",
    {
      schema: {
        summary: "One item of the work list",
        params: pathParameters,
        querystring: parameters({}),
        response: answers("The item", WorkItem),
      },
    },
    ({ params: { id } }) => {
      assertWorkFilled(context);
      const item = workBook.item(id);
      if (!item) throw new HttpProblem("not_found", `There is no work item '${id}'.`);
      return workRow(item, devices);
    },
  );

  for (const act of WORK_ACTS) {
    const { summary, body } = ACTS[act];
    app.post(
      `/work/:id/${act}`,
      {
        onRequest: requireAdmin(adminTokens),
        schema: {
          summary,
          security: adminSecurity,
          params: pathParameters,
          querystring: parameters({}),
          body,
          response: answers("The item as it is now", WorkItem),
        },
      },
      async ({ params: { id }, body: given }) => {
        assertWorkFilled(context);
        return workRow(await workBook.act(id, act, given), devices);
      },
    );
  }
}

function statusesOf(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return new Set(WORK_STATUSES.filter((status) => status !== "closed"));
  return new Set(
    text.split(",").map((one) => {
      const status = WORK_STATUSES.find((known) => known === one.trim());
      if (status) return status;
      const detail = `expected ${WORK_STATUSES.join(", ")}, comma separated, and got '${one}'`;
      throw new HttpProblem("bad_request", `The parameter 'status' cannot be used: ${detail}`, [
        { pointer: "#/query/status", detail },
      ]);
    }),
  );
}

function assertWorkFilled({ workBook }: ApiContext): void {
  if (workBook.isFilled()) return;
  throw new HttpProblem(
    "not_ready",
    "The work list is still being read from the log; ask again in a few seconds.",
  );
}
