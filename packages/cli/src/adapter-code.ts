/** The files of a new adapter in kota's own sources, by their path in its folder. */
export function codeFiles(
  name: string,
  title: string,
): { readonly files: Readonly<Record<string, string>>; readonly constant: string } {
  const constant = name
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^\d/, "_$&");
  const common = {
    source: "Made up by 'kota adapter new'; put what a device sent in its place, with where it is from.",
    licence: "unknown",
    topic: `${name}/device-1`,
  };
  const receivedAt = "2026-01-15T12:00:00Z";
  return {
    constant,
    files: {
      "adapter.ts": `import { z } from "zod";
import { defineAdapter } from "../adapter.ts";
import { topicLevel } from "../topic-level.ts";

const Payload = z.object({ temperature: z.number() });

export const ${constant} = defineAdapter({
  id: ${JSON.stringify(name)},
  title: ${JSON.stringify(title)},
  version: 1,
  source: "packages/adapters/src/${name}/README.md",
  claims: { topics: ["${name}/+"] },
  schema: Payload,
  decode: ({ temperature }, { message }) => [
    { device: topicLevel(message.topic, 1), time: null, values: { temperature } },
  ],
});
`,
      "README.md": `# ${title}

Where the vendor documents the format, and what a user has to know: which id is the device's, where the time comes from, units.
`,
      "examples/typical.json": text({
        about: "A message as the device sends it.",
        ...common,
        payload: { temperature: 21.5 },
        receivedAt,
        expect: { readings: [{ device: "device-1", time: null, values: { temperature: 21.5 } }] },
      }),
      "examples/refused.json": text({
        about: "A number in quotes must be refused, not guessed at.",
        ...common,
        payload: { temperature: "warm" },
        receivedAt,
        expect: { rejection: "schema_mismatch" },
      }),
    },
  };
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
