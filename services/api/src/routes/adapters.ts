import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";

const AdapterView = z
  .object({
    id: z.string(),
    kind: z
      .enum(["built-in", "mapping", "code", "codec"])
      .describe("`mapping`, `code` and `codec` are the city's own"),
    label: z
      .string()
      .nullable()
      .describe(
        "What is in use, as readings carry it: `gauge@2`, of a codec `bin-level.1f3a9c2e`; null: nothing is",
      ),
    title: z.string().nullable(),
    source: z.string().describe("Its file in the city's folder; `kota` for what comes with it"),
    topics: z.array(z.string()).describe("Topic filters; empty: told by the payload, or a codec"),
    state: z
      .enum(["active", "previous", "refused", "suspended"])
      .describe(
        "`active`: in use as its file is. `previous`: its file is refused, and what it was before is in use. `refused`: its file is refused, and nothing is in use. `suspended`: a codec that went over its limits several times in a row",
      ),
    error: z.string().nullable().describe("Why it is refused or suspended"),
    note: z.string().nullable().describe("What its author should know although it is in use"),
  })
  .meta({ id: "Adapter" });

export function adapterRoutes(app: App, { normalizing }: ApiContext): void {
  app.get(
    "/adapters",
    {
      schema: {
        summary: "What messages are decoded with: the city's own adapters, mappings and codecs, and kota's",
        querystring: parameters({}),
        response: answers("The city's own first", z.object({ adapters: z.array(AdapterView) })),
      },
    },
    () => ({
      adapters: normalizing.list().map(({ adapter, ...entry }) => ({
        ...entry,
        topics: [...(adapter?.claims.topics ?? [])],
      })),
    }),
  );
}
