import { formula } from "@tokenyard/expression";
import { expect, test } from "vitest";
import type { PointResult } from "../points/point-result.ts";
import { RESULT_WORDS } from "../points/words.ts";
import { estimateOf } from "../statistics/estimate.ts";
import { CaseBook, meetsTargets } from "./case.ts";

const FORMULAS = [formula("gpus", RESULT_WORDS), formula("ttft", RESULT_WORDS)];

function ok(index: number, parameters: Record<string, number>, gpus: number, met = true): PointResult {
  const report = {
    gpus,
    ttftSeconds: null,
    warnings: [],
    targets: [met, true].map((each) => ({ name: "gpus", metric: "gpus", target: 1, actual: gpus, met: each })),
  } as unknown as Extract<PointResult, { status: "ok" }>["report"];
  return { index, parameters, status: "ok", report };
}

/** A row whose only target, gpus <= 10, stands for any metric of a run; `offered`: no more load was there. */
function reached(index: number, gpus: number, offered = false): PointResult {
  const targets = [{ name: "gpus", metric: "gpus", target: 10, actual: gpus, met: gpus <= 10, ...(offered ? { offered } : {}) }];
  const report = { gpus, ttftSeconds: null, warnings: [], targets } as unknown as Extract<PointResult, { status: "ok" }>["report"];
  return { index, parameters: { x: 1, seed: index }, status: "ok", report };
}

function not(index: number, parameters: Record<string, number>, status: "infeasible" | "failed", reason: string): PointResult {
  return { index, parameters, status, reason };
}

test("one replication is a case of its own, with its values", () => {
  const book = new CaseBook(FORMULAS, 1, meetsTargets);
  book.add(ok(0, { x: 1, seed: 3 }, 8));
  book.add(ok(1, { x: 1, seed: 4 }, 16, false));
  book.add(not(2, { x: 2, seed: 4 }, "infeasible", "does not fit"));
  expect(book.cases).toEqual([
    {
      index: 0,
      parameters: { x: 1, seed: 3 },
      status: "ok",
      reason: null,
      values: [8, null],
      intervals: [null, null],
      met: true,
      undecided: false,
      seeds: 1,
    },
    {
      index: 1,
      parameters: { x: 1, seed: 4 },
      status: "ok",
      reason: null,
      values: [16, null],
      intervals: [null, null],
      met: false,
      undecided: false,
      seeds: 1,
    },
    {
      index: 2,
      parameters: { x: 2, seed: 4 },
      status: "infeasible",
      reason: "does not fit",
      values: [null, null],
      intervals: [null, null],
      met: null,
      undecided: false,
      seeds: 1,
    },
  ]);
});

test("replications are one case: the mean with its interval, met when all are", () => {
  const book = new CaseBook(FORMULAS, 3, meetsTargets);
  for (const [i, gpus] of [8, 9, 13].entries()) book.add(ok(i, { x: 1, seed: i }, gpus, i !== 2));
  const { interval } = estimateOf([8, 9, 13], "positive")!;
  expect(book.cases).toMatchObject([{ index: 0, parameters: { x: 1 }, values: [10, null], met: false }]); // (8 + 9 + 13) / 3
  expect(book.cases[0]!.intervals[0]).toEqual(interval);
});

test("a choice that cannot be has one row where others have several, and a failed seed fails its case", () => {
  const book = new CaseBook(FORMULAS, 2, meetsTargets);
  book.add(not(0, { x: 0 }, "infeasible", "no such degree"));
  book.add(ok(1, { x: 1, seed: 0 }, 8));
  book.add(not(2, { x: 1, seed: 1 }, "failed", "time runs backwards"));
  book.add(ok(3, { x: 2, seed: 0 }, 8));
  expect(book.cases.map(({ index, status }) => [index, status])).toEqual([
    [0, "infeasible"],
    [1, "failed"],
  ]);
  book.end();
  expect(book.cases[1]).toMatchObject({ values: [null, null], reason: "time runs backwards", met: null });
  expect(book.cases[2]).toMatchObject({ index: 3, values: [8, null], intervals: [null, null], met: true });
  book.end();
  expect(book.cases).toHaveLength(3);
});

test("a choice that comes again, as a repeated value does, is another case", () => {
  const book = new CaseBook(FORMULAS, 2, meetsTargets);
  for (let i = 0; i < 4; i++) book.add(ok(i, { x: 1, seed: i % 2 }, i));
  expect(book.cases.map(({ values }) => values[0])).toEqual([0.5, 2.5]);
});

test("seeds on both sides of a target leave it undecided, not missed; all beyond it miss it", () => {
  const verdict = (...gpus: number[]) => {
    const book = new CaseBook(FORMULAS, gpus.length, meetsTargets);
    for (const [i, each] of gpus.entries()) book.add(reached(i, each));
    const [{ met, undecided }] = book.cases as [(typeof book.cases)[number]];
    return [met, undecided];
  };
  expect(verdict(9, 11)).toEqual([false, true]); // 10 +- 12.7: Student's t of one degree of freedom
  expect(verdict(11, 11)).toEqual([false, false]);
  expect(verdict(9, 9)).toEqual([true, false]);
  expect(verdict(11)).toEqual([false, false]); // one run is judged as it is
});

test("a target that is missed as no more load was offered is undecided, with one seed or several", () => {
  for (const seeds of [1, 2]) {
    const book = new CaseBook(FORMULAS, seeds, meetsTargets);
    for (let i = 0; i < seeds; i++) book.add(reached(i, 12, true));
    expect(book.cases).toMatchObject([{ met: false, undecided: true }]);
  }
});

test("a case counts its runs without a steady load, and says what most of them had", () => {
  const unsteady = (codes: readonly string[]) => {
    const book = new CaseBook(FORMULAS, codes.length, meetsTargets);
    for (const [seed, code] of codes.entries()) {
      const row = ok(seed, { x: 1, seed }, 8) as Extract<PointResult, { status: "ok" }>;
      const warnings = code === "" ? [] : [{ code, message: `${code} of ${seed}` }];
      book.add({ ...row, report: { ...row.report, warnings } });
    }
    return book.cases[0]!.unsteady;
  };
  expect(unsteady(["", "copies-dropped"])).toBeUndefined();
  expect(unsteady(["", "burst", "overload", "burst"])).toEqual({ code: "burst", runs: 2, message: "burst of 1" });
  expect(unsteady(["burst", "overload"])).toEqual({ code: "overload", runs: 1, message: "overload of 1" });
});
