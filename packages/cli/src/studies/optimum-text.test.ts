import type { Optimum } from "@tokenyard/study";
import { expect, test } from "vitest";
import { optimumText, pageNotes } from "./optimum-text.ts";

const channel = { live: false, color: false, write: () => {} };
const found: Optimum = {
  objectives: [{ text: "gpus", better: "less" }],
  constraints: [],
  best: null,
  front: [],
  given: null,
  examined: 9,
  beaten: 0,
  valueless: 0,
  pruned: 0,
  infeasible: 0,
  failed: 0,
  left: 0,
  proven: true,
  reasons: [],
  exhaustive: true,
};

const textOf = (changes: Partial<Optimum>) =>
  optimumText({ ...found, ...changes }, { title: "optimum of plan", formulas: [], examined: [] }, channel as never);

test("which of the best plans have exact numbers, and why the others keep those of the law, is printed", () => {
  const text = textOf({ drawnExactly: 2, keptByLaw: { plans: 1, reason: "parallelism: about 70 s of work" }, leftToDraw: 3 });
  expect(text).toContain("experts went by their law; 2 plans of the best ran again with all of them drawn\n");
  expect(text).toContain(
    "1 plan of the best could not be drawn exactly, and keeps its numbers by the law: parallelism: about 70 s of work\n",
  );
  expect(text).toContain("3 plans of the best did not run again with all experts drawn: exact numbers may change which is best\n");
});

test("a search whose experts do not go by their law prints nothing of it", () => {
  expect(textOf({})).not.toContain("law");
});

test("a best plan in other number formats than the scenario's own says that answers are not judged", () => {
  const planOf = (weights: string) =>
    ({ parameters: { "model.precision.weights": weights }, holds: [], report: { targets: [], warnings: [] } }) as never;
  const sentence = "  model.precision.weights fp8: what other number formats do to the answers of the model is not judged here\n";
  expect(textOf({ best: planOf("fp8"), given: planOf("bf16") })).toContain(sentence);
  expect(textOf({ best: planOf("fp8"), given: null })).toContain(sentence);
  expect(textOf({ best: planOf("fp8"), given: planOf("fp8") })).not.toContain("not judged");
});

const formula = { leftOut: 2880, margin: 1.25, drawn: 20, audited: 20, better: 0, largestError: 1.08, isWithin: true, mostBetter: 0.139 };
const winner = { numbers: "exact", error: 0, headroom: 0.324, ahead: 0.021 } as const;
const certificate = { provedAway: 8, run: 40, notLookedAt: 0, smallerNotRun: 3, formula, withoutFormula: [], seed: 7, winner };
const held = { parameters: {}, objectives: { gpus: 8 }, uncertainty: { gpus: null }, report: { targets: [], warnings: [] } as never };
const judged = { best: held, left: 0, proven: false, exhaustive: false, examined: 40, infeasible: 8 };

test("a best plan whose run was no steady load says so, in text and on the page", () => {
  const message = "requests arrive for 20 s, and the last is served 30 s later";
  const warnings = [
    { code: "burst", message },
    { code: "declared-parameters", message: "another" },
  ];
  const best = { ...held, report: { targets: [], warnings } as never };
  const line = `burst in the run of the best plan: ${message}; more requests would show what it holds`;
  expect(textOf({ best, certificate })).toContain(`\n  ${line}\n`);
  expect(textOf({ best, certificate })).not.toContain("another");
  expect(pageNotes({ ...found, best, certificate })).toContain(line);
  expect(textOf({ best: held, certificate })).not.toContain("in the run of the best plan");
});

test("where no plan holds the constraints, nothing says that none is better", () => {
  const counts = (changes: Partial<Optimum>) =>
    textOf(changes)
      .trimEnd()
      .split("\n")
      .find((line) => /plans? run/.test(line));
  expect(counts({})).toBe("9 plans run: none is left to try");
  expect(counts({ exhaustive: false })).toBe("9 plans run: none is left to try");
  expect(counts({ proven: false, exhaustive: false, left: 3 })).toBe(
    "9 plans run, 3 not looked at: there may be an answer among the others",
  );
  expect(counts({ ...judged, best: null, certificate: { ...certificate, winner: null } })).toBe(
    "40 plans run, 8 cannot be, 2,880 left out by the formula: none of the others is likely to be an answer",
  );
  expect(counts({ best: held })).toBe("9 plans run: no plan is better, and the front is whole");
});

test("a value that is chosen to be none is called unset, and a long one is cut, of the best plan and of the nearest", () => {
  const sizes = Array.from({ length: 40 }, (_, i) => i + 1);
  const parameters = { "serving.batchSizes": null, "model.precision.kvCache": "fp8" };
  expect(textOf({ best: { ...held, parameters } })).toContain("all with serving.batchSizes unset, model.precision.kvCache fp8\n");
  const missed = [{ constraint: "ttft.p99 <= 200 ms", value: 0.2534, bound: 0.2 }];
  const nearest = { ...held, parameters: { "serving.batchSizes": sizes, cluster: { gpu: "b200" } }, missed };
  expect(textOf({ nearest })).toContain('off, with serving.batchSizes [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16…, cluster {"gpu":"b200"}\n');
});

test("under load the certificate says what was left out by the formula, how far off it was, and how sure the winner is", () => {
  const text = textOf({ ...judged, certificate });
  expect(text).toContain("40 plans run, 8 cannot be, 2,880 left out by the formula: none of them is likely to be better\n");
  expect(text).toContain(
    "2,880 plans left out by the formula of loads: they would miss a constraint, or be beaten, with numbers 1.25 × better\n",
  );
  expect(text).toContain(
    "20 plans that it had left out were drawn at random and run: they came out at most 1.08 × better than it says; with 95 % confidence at most 14 % of those left out would win\n",
  );
  expect(text).toContain(
    "the best plan has exact numbers, 32 % from its nearest constraint; gpus of the next that was run is 2.1 % worse\n",
  );
  expect(text).toContain("  all of this is of the requests of seed 7: run --replications says how far others move it\n");
});

test("an error that passes half of the margin far from winning alone is said to be there", () => {
  const far = textOf({ ...judged, certificate: { ...certificate, formula: { ...formula, largestError: 1.3 } } });
  expect(far).toContain("at most 1.3 × better than it says, though none of those so far off came near to winning; with 95 %");
  expect(textOf({ ...judged, certificate })).not.toContain("came near");
});

test("a formula that was not put to the test, or is too far off, proves nothing", () => {
  const untried = { ...formula, drawn: 0, audited: 0, largestError: null, mostBetter: null };
  const early = textOf({ ...judged, left: 7, certificate: { ...certificate, formula: untried } });
  expect(early).toContain("7 not looked at, 2,880 left out by the formula: there may be better ones\n");
  expect(early).toContain("no plan that it left out was run: how far off it is, is not known\n");
  const off = textOf({
    ...judged,
    certificate: { ...certificate, formula: { ...formula, margin: 4, largestError: 3.5, isWithin: false } },
  });
  expect(off).toContain("left out by the formula: there may be better ones\n");
  expect(off).toContain("its error passes half of the margin, which is as wide as it may be: plans may be out that belong in\n");
});

test("where drawn plans won and all that was left out was run for that, nothing is in doubt", () => {
  const won = { ...formula, leftOut: 0, margin: 4, better: 3, largestError: 9.14, isWithin: false, mostBetter: null };
  const text = textOf({ ...judged, exhaustive: true, certificate: { ...certificate, formula: won } });
  expect(text).toContain(
    "better than it says; 3 would have won, and count; the others that it had left out were run too, or a plan that was run provably beats them\n",
  );
  expect(text).toContain("no plan is better, and the front is whole\n");
  expect(text).not.toContain("plans may be out");
});

test("an audit that a search's end has cut short is reported as far as it came, and makes nothing sure", () => {
  const cut = { ...formula, audited: 9, largestError: 1.3, isWithin: false, mostBetter: null };
  const text = textOf({ ...judged, certificate: { ...certificate, formula: cut } });
  expect(text).toContain("2,880 left out by the formula: there may be better ones\n");
  expect(text).toContain(
    "  9 of 20 plans that were drawn at random from those that it had left out were run, so that the audit is not finished: they came out at most 1.3 × better than it says; how many of the others would win is not known\n",
  );
  expect(text).toContain(
    "its error passes half of the margin, and the search ended before that was widened: plans may be out that belong in\n",
  );
  const fair = textOf({
    ...judged,
    certificate: { ...certificate, formula: { ...cut, mostBetter: 0.28, isWithin: true, largestError: 1.08 } },
  });
  expect(fair).toContain("1.08 × better than it says; with 95 % confidence at most 28 % of those left out would win\n");
  expect(fair).toContain("2,880 left out by the formula: there may be better ones\n");
});

test("where the formula does not know the load, that is said", () => {
  const text = textOf({ certificate: { ...certificate, formula: null, withoutFormula: ["sessions", "faults"] } });
  expect(text).toContain("every plan that is not proved away is run: the formula of loads does not know sessions, faults\n");
});

test("where no plan holds the constraints, the nearest is printed, and what would let it hold them", () => {
  const missed = [{ constraint: "ttft.p99 <= 200 ms", value: 0.2534, bound: 0.2 }];
  const nearest = {
    parameters: { "parallelism.tensor": 8 },
    objectives: { gpus: 8 },
    uncertainty: { gpus: null },
    report: {} as never,
    missed,
  };
  const text = textOf({ ...judged, best: null, nearest });
  expect(text).toContain("nearest: ttft.p99 is 1.27 × off, with parallelism.tensor 8\nit would hold ttft.p99 <= 260 ms\n");
});

test("a page has the counts and the certificate of a search under load, a sentence each, and nothing of others", () => {
  expect(pageNotes(found)).toEqual([]);
  const notes = pageNotes({ ...found, ...judged, certificate, drawnExactly: 2 });
  expect(notes[0]).toBe("40 plans run, 8 cannot be, 2,880 left out by the formula: none of them is likely to be better");
  expect(notes.slice(1).map((note) => note.slice(0, 12))).toEqual([
    "2,880 plans ",
    "20 plans tha",
    "the best pla",
    "all of this ",
    "experts went",
  ]);
});

test("how sure the best plan is on real servers follows, with what is lost if it is none and the run that would decide", () => {
  const measure = { parameters: { "parallelism.tensor": 2 }, chance: 0.88 };
  const real = { chance: 0.72, misses: 0.2, beaten: 0.08, regret: 0.25, against: 9, unknown: 3, measure };
  const text = textOf({ ...judged, certificate: { ...certificate, real } });
  expect(text).toContain(
    "  on real servers it stays the best with 72 %: it misses a constraint with 20 %, another is better with 8 %, by 25 % of gpus in the mean (seeds aside, against the 6 nearest others that were run; of 3 others measured runs say nothing)\n",
  );
  expect(text).toContain(
    "  to decide: a measured run of the plan with parallelism.tensor 2, given to tokenyard calibrate, would make the choice sure to 88 % in the mean\n",
  );
  const alone = { chance: 0.99, misses: 0, beaten: 0, regret: null, against: 0, unknown: 0, measure: null };
  expect(textOf({ ...judged, certificate: { ...certificate, real: alone } })).toContain(
    "  on real servers it stays the best with 99 % (no other plan that was run comes near)\n",
  );
  const unknown = { uncalibrated: ["faults", "retries"] };
  expect(pageNotes({ ...found, ...judged, certificate: { ...certificate, real: unknown } }).at(-1)).toBe(
    "how sure it is on real servers is not known: measured runs say nothing of faults, retries",
  );
});
