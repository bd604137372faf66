import * as z from "zod";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";
import { quantity } from "./language/quantity.ts";

/** When an engine's loop lets waiting requests into a step, and how it streams their tokens. Sources: docs/models/scheduling.md#waiting-for-steps, #streaming. */
export const intakeKeys = {
  stepsAhead: wholeNumber(0, 1)
    .optional()
    .apply(
      means,
      "1: a step is composed when the one before it begins, so that who comes during a step is in the one after the next; if unset: 0",
    ),
  receiveInterval: wholeNumber(1, 10_000)
    .optional()
    .apply(means, "new requests are received in every n-th decode step, and after each step with prompts; if unset: 1"),
  batchWait: late(() =>
    z.strictObject({
      steps: wholeNumber(0, 100_000).default(0).apply(means, "most steps that prompts wait for others; 0: as time says"),
      time: quantity("s", { positive: true }).optional().apply(means, "longest time that prompts wait for others; if unset: as steps say"),
      share: quantity("%", { positive: true, max: 1 })
        .prefault("100 %")
        .apply(means, "share of tokenBudget that prompts and decodes of a step are to reach, so that prompts wait no longer"),
    }),
  ).apply(means, "whether prompts wait for others while sequences decode; if unset: they do not"),
  dataGroups: late(() =>
    z.strictObject({
      prompts: z
        .enum(["independent", "aligned"])
        .default("independent")
        .apply(means, "aligned: while all data groups decode, prompts wait until each group has one and a place for it"),
      waitSteps: wholeNumber(0, 100_000)
        .default(0)
        .apply(means, "of aligned prompts: steps in which more are waited for once each group has one"),
      timeoutSteps: wholeNumber(0, 100_000)
        .default(50)
        .apply(means, "of aligned prompts: every so many steps prompts begin though some group has none"),
    }),
  ).apply(means, "how data groups of a replica begin their prompts; if unset: independently"),
  streamInterval: wholeNumber(1, 10_000)
    .optional()
    .apply(
      means,
      "output tokens after the first that are streamed to the client together, which ITL shows; the first and the last are streamed at once; if unset: 1",
    ),
};
