import { expect, test } from "vitest";
import { type Scored, strataTable } from "./stratum.ts";

test("groups that are asked for together are scored by all their rows, held out and of unseen sizes", () => {
  const experts = (predicted: number[], unseen?: number[]): Scored => ({
    kind: "experts",
    gpu: "h200",
    precision: "fp8",
    heldOut: { predicted, measured: predicted.map(() => 1) },
    unseen: unseen && { predicted: unseen, measured: unseen.map(() => 1) },
  });
  const line = (all: readonly Scored[]) =>
    strataTable(all)
      .split("\n")
      .find((each) => each.includes("experts, H100 and H200"));
  const good = experts([1.02, 0.98, 1.05], [1.1, 1.01, 1.02]);
  expect(line([good])).toBe("| experts, H100 and H200 | 2.0 / 5 | 2.0 / 10 | 7 / 30 | yes | 5 / 22 | yes |");
  // six rows: 2, 2, 5, 20, 40 and 50 %; the third is the median, the sixth the 90th percentile
  expect(line([good, experts([1.2, 1.4, 0.5])])).toBe("| experts, H100 and H200 | 5.0 / 50 | 2.0 / 10 | 7 / 30 | no | 5 / 22 | no |");
  expect(line([{ ...good, gpu: "b200" }, good])).toBe("| experts, H100 and H200 | 2.0 / 5 | 2.0 / 10 | 7 / 30 | yes | 5 / 22 | yes |");
});

test("what is within the wish but not within the stretch says so, and traffic has no unseen sizes", () => {
  const collectives: Scored = {
    kind: "all-gather",
    gpu: "h100",
    heldOut: { predicted: [1.08, 1.09, 0.9], measured: [1, 1, 1] },
    unseen: undefined,
  };
  const exchange: Scored = { ...collectives, kind: "exchange", way: "per-token node", heldOut: { predicted: [1.02], measured: [1] } };
  const lines = strataTable([collectives, exchange]).split("\n");
  expect(lines).toContain("| collectives in a node | 9.0 / 10 |  | 10 / 25 | yes | 7 / 18 | no |");
  expect(lines).toContain("| exchanges per token in a node | 2.0 / 2 |  | 9 / 22 | yes | 6 / 16 | yes |");
});
