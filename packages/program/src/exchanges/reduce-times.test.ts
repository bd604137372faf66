import { createNetworkModel } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReduceTimes } from "./reduce-times.ts";

const { cluster } = parseScenario({
  tokenyard: 1,
  model: { preset: "plan-model" },
  cluster: { gpu: "h100-sxm", gpusPerNode: 4, network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
});

test("results that are looked up take what the network says, and move as much, for no tokens, many, or parts of one, as often as one asks", () => {
  const tokens = fc.array(fc.oneof(fc.nat(40), fc.nat(100_000), fc.double({ min: 0, max: 50, noNaN: true })), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(tokens, fc.integer({ min: 1, max: 9 }), (asked, ranks) => {
      const network = createNetworkModel(cluster);
      const group = Int32Array.from({ length: ranks }, (_, r) => r);
      const times = new ReduceTimes(network, group, 1024);
      const reported = { nodeBytes: 0, fabricBytes: 0 };
      const wanted = { nodeBytes: 0, fabricBytes: 0 };
      for (const each of [...asked, ...asked]) {
        expect(times.ns(each, reported)).toBe(nsFromSeconds(network.allReduceSeconds(each * 1024, group, wanted)));
      }
      expect(reported).toEqual(wanted);
    }),
  );
});
