import type { ExaminedPlan, Formula, Optimum } from "@tokenyard/study";
import { expect, test } from "vitest";
import { frontLines } from "./front-text.ts";

const formulas = [
  { text: "gpus", unit: "" },
  { text: "ttft.p99", unit: "s" },
] as unknown as Formula[];
const objectives = [
  { text: "gpus", better: "less" },
  { text: "ttft.p99", better: "less" },
] as const;

function plan(tensor: number, ttft: ExaminedPlan["uncertainty"][string]): ExaminedPlan {
  return {
    parameters: { tensor },
    objectives: { gpus: tensor, "ttft.p99": 1 / tensor },
    uncertainty: { gpus: null, "ttft.p99": ttft },
    report: {} as never,
  };
}

const found = (front: readonly ExaminedPlan[]) => ({ front, best: front[1]!, objectives }) as unknown as Optimum;

test("a front has the ranges of each plan, the recommended first, as the table above it; numbers that cannot err have none", () => {
  const first = plan(1, { low: 0.8, high: 1.25, by: "measured runs" });
  const second = plan(2, { low: 0.49, high: 0.51, by: "law" });
  const third = plan(4, { low: 0.2, high: null, by: "measured runs" });
  expect(frontLines(found([first, second, third]), formulas)).toEqual([
    "where the front may be, on 80 % of real servers by measured runs, or by the law of uneven experts:",
    "  best: ttft.p99 490.0 to 510.0 ms by the law",
    "  front, row 2: ttft.p99 800.0 to 1250.0 ms",
    "  front, row 3: ttft.p99 from 200.0 ms",
  ]);
});

test("where nothing is known to err, and with one objective, nothing is printed", () => {
  expect(frontLines(found([plan(1, null), plan(2, null)]), formulas)).toEqual([]);
  const one = { ...found([plan(1, { low: 0.8, high: 1.25, by: "law" }), plan(2, null)]), objectives: objectives.slice(0, 1) };
  expect(frontLines(one, formulas)).toEqual([]);
});
