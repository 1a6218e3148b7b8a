import { createInstance } from "i18next";
import { describe, expect, it } from "vitest";
import type { LedgerBalance } from "../../api-types.ts";
import { createFormat } from "../../format/format.ts";
import { en } from "../../i18n/en.ts";
import { id } from "../../i18n/id.ts";
import { ledgerSentence } from "./ledger-sentence.ts";

const total = (rest: Partial<LedgerBalance>): LedgerBalance => ({
  received: 0,
  stored: 0,
  rejected: 0,
  rejectedBy: {},
  duplicate: 0,
  conflict: 0,
  pending: 0,
  difference: 0,
  extra: 0,
  ...rest,
});

describe("the ledger in one sentence", async () => {
  const sentence = async (language: "en" | "id") => {
    const i18n = createInstance();
    await i18n.init({
      lng: language,
      resources: { en: { translation: en }, id: { translation: id } },
      interpolation: { escapeValue: false },
    });
    return ledgerSentence(i18n.t, language, createFormat("en-GB", "UTC"));
  };

  it("says where everything is, and leaves out what there is none of", async () => {
    const says = await sentence("en");
    expect(says(total({ received: 67_604, stored: 67_604 }), "in the last 24 hours", null)).toBe(
      "Of 67,604 readings received in the last 24 hours, 67,604 are stored and none is missing.",
    );
    const mixed = total({ received: 20, stored: 12, rejected: 1, duplicate: 3, pending: 2, difference: 2 });
    expect(says(mixed, "in the last hour", "Bin 4")).toBe(
      "Of 20 readings received from Bin 4 in the last hour, 12 are stored, 1 was rejected, 3 had come before, 2 are on their way, and 2 are missing.",
    );
  });

  it("says so when nothing came", async () => {
    const says = await sentence("en");
    expect(says(total({}), "in the last hour", null)).toBe("Nothing was received in the last hour.");
    expect(says(total({}), "in the last hour", "Bin 4")).toBe(
      "Nothing was received from Bin 4 in the last hour.",
    );
  });

  it("is a sentence in Bahasa Indonesia too", async () => {
    const says = await sentence("id");
    expect(says(total({ received: 5, stored: 4, difference: 1 }), "dalam satu jam terakhir", null)).toBe(
      "Dari 5 pembacaan yang diterima dalam satu jam terakhir, 4 disimpan dan 1 hilang.",
    );
  });
});
