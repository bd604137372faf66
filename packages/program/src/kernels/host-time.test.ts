import { createDecoding, Pass, type Phase } from "@tokenyard/model";
import type { ServingSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { HostTime } from "./host-time.ts";

const NONE = { step: 0, layer: 0, request: 0 };

/** All small passes of one data group: so many sequences, of which some decode, a token each or two, and some prompts end. */
function* smallPasses(): Generator<Pass> {
  for (const phase of [0, 1] as Phase[])
    for (let sequences = 1; sequences <= 3; sequences++)
      for (let decoding = phase === 1 ? sequences : 0; decoding <= (phase === 1 ? sequences : sequences - 1); decoding++)
        for (let ended = 0; ended <= sequences - decoding; ended++)
          for (let newTokens = sequences; newTokens <= (phase === 1 ? sequences : 6); newTokens++)
            for (const each of decoding === 0 ? [1] : [1, 2]) {
              const pass = new Pass(0, 0, 1);
              pass.phase = phase;
              pass.sequences[0] = sequences;
              pass.newTokens[0] = newTokens + (each - 1) * decoding;
              pass.decoding = createDecoding(1, true);
              pass.decoding.sequences[0] = decoding;
              pass.decoding.newTokens[0] = each * decoding;
              pass.outputs[0] = each * decoding + ended;
              yield pass;
            }
}

/** A pass of two data groups: the first verifies `each` tokens of two sequences and drafts `drafts` more, the second decodes or does nothing. */
function verifying(each: number, drafts: number): Pass {
  const pass = new Pass(0, 0, 2);
  pass.phase = 1;
  pass.decoding = createDecoding(2, true);
  pass.drafts = new Float64Array([drafts, 0]);
  pass.sequences.set([2, 1]);
  pass.newTokens.set([2 * each, 1]);
  pass.decoding.sequences.set([2, 1]);
  pass.decoding.newTokens.set([2 * each, 1]);
  return pass;
}

test("a data group that verifies delays all, and passes of its draft follow on the last stage alone", () => {
  const nsOf = (speculation: object, pass: Pass, place: readonly [stage: number, slice: number] = [1, 1]) => {
    const stepOverhead = { ...NONE, step: 1e-3, verify: 2e-3, draft: 3e-4 };
    const out = new Float64Array(2);
    HostTime.of({ stepOverhead, speculation } as unknown as ServingSpec, {
      dataGroups: 2,
      slicesOfStage: [
        [[0], [1]],
        [[2], [3]],
      ],
    })!.fillNs(...place, pass, out);
    return [...out];
  };
  const mtp = { kind: "mtp", tokens: 3 };
  expect(nsOf(mtp, verifying(4, 3))).toEqual([3_900_000, 3_900_000]); // 1 + 2 + 3 · 0.3 ms
  expect(nsOf(mtp, verifying(4, 3), [1, 0])).toEqual([3_000_000, 3_000_000]);
  expect(nsOf(mtp, verifying(4, 3), [0, 1])).toEqual([3_000_000, 3_000_000]);
  expect(nsOf(mtp, verifying(1, 0))).toEqual([1_000_000, 1_000_000]); // too many sequences for drafts
  expect(nsOf(mtp, verifying(1, 3))).toEqual([1_900_000, 1_900_000]); // none yet, and three for the next step
  expect(nsOf({ kind: "eagle", tokens: 3, drafting: "parallel" }, verifying(4, 3))).toEqual([3_300_000, 3_300_000]);
  expect(nsOf({ kind: "ngram", tokens: 3 }, verifying(4, 3))).toEqual([3_000_000, 3_000_000]); // found on the host
});

test.each([
  { verify: 1e-3 },
  { promptToken: 3e-6 },
  { prompt: 5e-6, promptToken: 3e-6 },
  { promptStep: 1e-3, prompt: 5e-6 },
  { promptStep: 1e-3, prompt: 5e-6, promptToken: 3e-6, request: 7e-6 },
  { promptLayer: 1e-4, capturedTokens: 3 },
  { promptLayer: 1e-4, prompt: 5e-6 },
])("passes with the same rows and counts take as long: %o", (overhead) => {
  const host = HostTime.of({ stepOverhead: { ...NONE, ...overhead } } as unknown as ServingSpec, {
    dataGroups: 1,
    slicesOfStage: [[[0, 1]]],
  })!;
  const out = new Float64Array(1);
  const known = new Map<string, number>();
  for (const pass of smallPasses()) {
    host.fillNs(0, 0, pass, out);
    const key = `${pass.newTokens.join()}/${host.countsOf(pass).join()}/${host.isByPhase ? pass.phase : 0}`;
    expect(out[0], key).toBe(known.get(key) ?? out[0]);
    known.set(key, out[0]!);
  }
});
