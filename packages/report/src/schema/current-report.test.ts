import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { summarize } from "../summary/summarize.ts";
import { currentReport } from "./current-report.ts";
import { reportSchema } from "./report.ts";

/** `report` as format 1 had it. */
function earlier(report: ReturnType<typeof summarize>) {
  const withoutSums = (phase: typeof report.balance.expert.prefill) => {
    if (phase === null) return null;
    const { leastEven: _, perLayer, ...rest } = phase;
    return { ...rest, perLayer: perLayer.map(({ copies: __, ...layer }) => layer) };
  };
  const { prefill, decode } = report.balance.expert;
  return {
    ...report,
    tokenyard: 1,
    balance: { ...report.balance, expert: { prefill: withoutSums(prefill), decode: withoutSums(decode) } },
  };
}

test.prop([anyRecording])("a report of format 1 becomes the one that is made today where copies are counted by expert", (recording) => {
  const today = summarize(recording, [], { perExpert: true });
  expect(currentReport(earlier(today))).toEqual(today);
  expect(reportSchema.safeParse(currentReport(earlier(today))).success).toBe(true);
  expect(currentReport(today)).toBe(today);
});

test("what is no report of format 1 is returned as it is", () => {
  const without = { tokenyard: 1, balance: { expert: { prefill: { perLayer: [{ layer: 0 }] }, decode: null } } };
  for (const tree of [null, undefined, 7, "report", [], {}, { tokenyard: 1 }, { tokenyard: 3, balance: {} }, without])
    expect(currentReport(tree)).toBe(tree);
});
