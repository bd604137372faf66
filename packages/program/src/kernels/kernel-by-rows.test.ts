import { createKernelModel } from "@tokenyard/cluster";
import { kernelBytes, kernelFlops, type LinearShape } from "@tokenyard/model";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KernelByRows } from "./kernel-by-rows.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: { preset: "plan-model" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
});

const shape = (): LinearShape => ({
  kind: "linear",
  parts: 1,
  rows: 0,
  inFeatures: 48,
  outFeatures: 96,
  weightBytes: 2,
  activationBytes: 2,
  precision: "fp16",
});

test("a kernel that is looked up is the kernel that is worked out, for no rows, many, and as often as one asks", () => {
  const rows = fc.array(fc.oneof(fc.nat(40), fc.nat(100_000)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rows, (asked) => {
      const kernels = createKernelModel(scenario.cluster);
      const kept = new KernelByRows(kernels, shape());
      for (const each of [...asked, ...asked]) {
        const own = { ...shape(), rows: each };
        kept.look(each);
        expect([kept.seconds, kept.flops, kept.bytes]).toEqual([kernels.seconds(own), kernelFlops(own), kernelBytes(own)]);
      }
    }),
    { numRuns: drawnCases(20) },
  );
});
