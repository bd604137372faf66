import { expect, test } from "vitest";
import { type Scored, strataTable, tablesTable, unseenGpuTable } from "./stratum.ts";

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

test("tables and coefficients of another GPU are scored apart from what a fit foretells of its own", () => {
  const of = (gpu: string, table: number, other: number | undefined): Scored => ({
    kind: "linear",
    gpu,
    precision: "bf16",
    heldOut: { predicted: [9], measured: [1] },
    unseen: undefined,
    tabled: { predicted: [table], measured: [1] },
    unseenGpu: other === undefined ? undefined : { predicted: [other], measured: [1] },
  });
  const all = [of("h100", 1.02, undefined), of("h200", 0.9, 1.1)];
  expect(tablesTable(all)).toContain("| matrix products in bf16 | 2.0 / 10 | 4 / 14 | yes | 3 / 10 | yes |");
  expect(unseenGpuTable(all)).toContain("| H200 by H100 | 10.0 / 10 | 12 / 40 | yes | 9 / 28 | no |");
});
