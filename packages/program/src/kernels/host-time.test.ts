import { Pass, type Phase } from "@tokenyard/model";
import type { ServingSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { HostTime } from "./host-time.ts";

const NONE = { step: 0, layer: 0, request: 0 };

/** All small passes of one data group: so many sequences, of which some decode and some prompts end. */
function* smallPasses(): Generator<Pass> {
  for (const phase of [0, 1] as Phase[])
    for (let sequences = 1; sequences <= 3; sequences++)
      for (let decoding = phase === 1 ? sequences : 0; decoding <= (phase === 1 ? sequences : sequences - 1); decoding++)
        for (let ended = 0; ended <= sequences - decoding; ended++)
          for (let newTokens = sequences; newTokens <= (phase === 1 ? sequences : 6); newTokens++) {
            const pass = new Pass(0, 0, 1);
            pass.phase = phase;
            pass.sequences[0] = sequences;
            pass.newTokens[0] = newTokens;
            pass.decoding!.sequences[0] = decoding;
            pass.outputs[0] = decoding + ended;
            yield pass;
          }
}

test.each([
  { promptToken: 3e-6 },
  { prompt: 5e-6, promptToken: 3e-6 },
  { promptStep: 1e-3, prompt: 5e-6 },
  { promptStep: 1e-3, prompt: 5e-6, promptToken: 3e-6, request: 7e-6 },
  { promptLayer: 1e-4, capturedTokens: 3 },
  { promptLayer: 1e-4, prompt: 5e-6 },
])("passes with the same rows and counts take as long: %o", (overhead) => {
  const host = HostTime.of({ stepOverhead: { ...NONE, ...overhead } } as unknown as ServingSpec, 1)!;
  const out = new Float64Array(1);
  const known = new Map<string, number>();
  for (const pass of smallPasses()) {
    host.fillNs(2, pass, out);
    const key = `${pass.newTokens.join()}/${host.countsOf(pass).join()}/${host.isByPhase ? pass.phase : 0}`;
    expect(out[0], key).toBe(known.get(key) ?? out[0]);
    known.set(key, out[0]!);
  }
});
