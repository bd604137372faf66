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
  expect(line([good])).toBe("| experts, H100 and H200 | 2.0 / 5 | 2.0 / 10 | 7 / 30 | yes |");
  // six rows: 2, 2, 5, 20, 40 and 50 %; the third is the median, the sixth the 90th percentile
  expect(line([good, experts([1.2, 1.4, 0.5])])).toBe("| experts, H100 and H200 | 5.0 / 50 | 2.0 / 10 | 7 / 30 | no |");
  expect(line([{ ...good, gpu: "b200" }, good])).toBe("| experts, H100 and H200 | 2.0 / 5 | 2.0 / 10 | 7 / 30 | yes |");
});
