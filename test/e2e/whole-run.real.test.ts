import { afterAll, beforeAll, describe, it } from "vitest";
import { type KotaStack, MISSING_SERVERS, startStack } from "./kota-stack.ts";
import { expectScoresToHold } from "./whole-run.ts";

describe.skipIf(MISSING_SERVERS !== "")(
  `a run of the example city on real servers${MISSING_SERVERS ? ` (missing: ${MISSING_SERVERS})` : ""}`,
  () => {
    let stack: KotaStack;
    beforeAll(async () => {
      stack = await startStack();
    }, 200_000);
    afterAll(async () => {
      await stack?.stop();
    });

    it("ends with scores that are what is stored, after kill -9, an hour that came twice, and 5 % that came late", async () => {
      await expectScoresToHold({
        mqttUrl: stack.mqttUrl,
        apiUrl: () => stack.apiUrl,
        killScorer: () => stack.replace("score"),
      });
    }, 1_200_000);
  },
);
