import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { simulate } from "../../simulate.ts";

/** Messages on steps that no captured graph holds, of six users who decode together. */
function said(batchSizes: readonly number[] | undefined, users = 6): string[] {
  const scenario = parseScenario({
    tokenyard: 1,
    model: "llama-3.1-8b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "ideal",
    serving: { scheduler: "continuous", ...(batchSizes === undefined ? {} : { batchSizes }) },
    workload: { kind: "closed", requests: 4 * users, concurrency: users, promptTokens: 20, outputTokens: 10 },
  });
  return simulate(scenario).warnings.flatMap(({ code, message }) => (code === "uncaptured-steps" ? [message] : []));
}

test("steps that decode more sequences than the largest captured graph holds are named, with both numbers", () => {
  expect(said([1, 4])).toEqual([
    expect.stringMatching(/^steps decode up to 6 sequences of a data group, and the largest captured graph holds 4 /),
  ]);
  for (const sizes of [undefined, [1, 6], [2, 8]]) expect(said(sizes)).toEqual([]);
  expect(said([1, 4], 4)).toEqual([]);
});
