import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../prepare.ts";

/** What is said of sizes beyond what was measured, of a small model on H100 with experts over as many GPUs as `expert`. */
function reported({ expert = 8, workload = {}, ...rest }: { expert?: number; workload?: object; [part: string]: unknown } = {}) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 1024,
      attention: { heads: 8, kvHeads: 8, headSize: 128 },
      experts: { count: 256, topK: 8, hiddenSize: 256 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert },
    workload: { kind: "batch", sequences: expert, promptTokens: 1000, outputTokens: 3, ...workload },
    ...rest,
  });
  return prepare(scenario).warnings.find(({ code }) => code === "outside-fits")?.message;
}

test("nothing is said of what was measured, nor of the roofline", () => {
  expect(reported()).toBeUndefined();
  expect(reported({ expert: 32 })).toBeUndefined();
  const large = { promptTokens: 40_000 };
  expect(reported({ workload: large })).toBeDefined();
  expect(reported({ workload: large, cluster: { gpu: "h100-sxm", kernels: "roofline", network: "hgx-h100-ndr" } })).toBeUndefined();
});

test("over as many nodes as tables of exchanges reach nothing is reported", () => {
  const rows = ["dispatch", "combine"].map((phase) => [`per-token-${phase}`, "deepep", 64, 8, 256, 8, 128, 1024, 20, 500]);
  const network = (files: object) => ({ cluster: { gpu: "h100-sxm", network: { preset: "hgx-h100-ndr", ...files } } });
  expect(reported({ expert: 64, ...network({}) })).toBeDefined();
  expect(reported({ expert: 64, ...network({ files: [{ path: "traffic.csv", sha256: "none", rows }] }) })).toBeUndefined();
});

test("more rows, copies, sequences or nodes than were measured are reported, with how far measurements reach", () => {
  const told32k = reported({ workload: { promptTokens: 40_000 } });
  expect(told32k).toBe(
    "fits are used beyond what was measured: passes of up to 40,000 rows (measured: up to 32,768); up to 320,000 copies for a rank's experts (measured: up to 163,840)",
  );
  expect(reported({ workload: { sequences: 8 * 3000, promptTokens: 5 } })).toContain(
    "up to 3,000 sequences in a pass (measured: up to 2,048)",
  );
  expect(reported({ expert: 64 })).toBe("fits are used beyond what was measured: tokens over 8 nodes (measured: up to 4)");
  expect(reported({ expert: 128 })).toContain("tokens over 16 nodes (measured: up to 4); copies over 16 nodes (measured: up to 8)");
  expect(reported({ expert: 64, routing: { dispatch: "per-copy" } })).toBeUndefined();
});
