import { Streams } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import { tiny } from "../../fixtures/tiny.ts";
import type { Point } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import { questionOf } from "../questions/question.ts";
import { alternativesOf } from "../space/alternative.ts";
import { Findings } from "./findings.ts";
import { LeftOut } from "./left-out.ts";
import type { Outlook, Prospect } from "./prospect.ts";
import { Search } from "./search.ts";

const question = questionOf(tiny, { objectives: [{ text: "gpus", better: "less" }], subjectTo: ["tpot.p99 <= 10 ms"] });
const [choice] = [...alternativesOf(tiny, { maxGpus: 2 })];
const EFFORT = { fewest: 6, audited: 4 };

/** A plan of so many GPUs, of which the formula says that it takes `said` seconds. */
function prospect(gpus: number, said: number): Prospect {
  const open: Outlook = { status: "open", costs: [gpus] };
  const formula = {
    outlook: (_: unknown, margin: number): Outlook => (said / margin <= 0.01 ? open : { status: "hopeless" }),
    promises: () => false,
    value: (_: unknown, path: string) => (path === "tpotSeconds.p99" ? said : undefined),
  };
  const variant = { parameters: { gpus }, scenario: tiny, formula, onTheWay: () => undefined };
  return { index: gpus, costs: [gpus], known: "bounds", choice: choice!, variant } as unknown as Prospect;
}

/** A search of plans of 1 to 40 GPUs, of which the formula says `said` and which take `came`, of which `most` are run. */
function searched(said: (gpus: number) => number, came: (gpus: number) => number, most = Number.POSITIVE_INFINITY) {
  const findings = new Findings(question);
  const leftOut = new LeftOut(question, new Streams(1).stream("optimize/audit"));
  const search = new Search(question, findings, leftOut, EFFORT);
  for (let gpus = 1; gpus <= 40; gpus++) search.add(prospect(gpus, said(gpus)));
  const queue: Point[] = [];
  const answer = () => {
    const { index, parameters } = queue.shift()!;
    const gpus = Number(parameters["gpus"]);
    const report = { gpus, balance: {}, tpotSeconds: { p99: came(gpus) }, tokens: { dropped: 0, routed: 1 } } as unknown as Report;
    const row: PointResult = { index, parameters, status: "ok", report };
    findings.add(search.arrive(row), row);
  };
  let run = 0;
  for (const step of search.steps()) {
    if (step === "wait") answer();
    else if (step !== "looked" && run++ >= most) break;
    else if (step !== "looked") queue.push(step);
  }
  while (queue.length > 0) answer();
  search.end(false);
  const { best, exhaustive } = findings.optimum(search.pruned, search.left, search.isProven, search.judged);
  const { margin, better, isOff } = leftOut;
  const open = [...search.undecided].map(({ index }) => index).sort((a, b) => a - b);
  return { gpus: best?.report.gpus, exhaustive, margin, better, isOff, open };
}

const holdsFrom = (gpus: number) => (each: number) => (each >= gpus ? 0.009 : 0.011);

test("where drawn plans win that even the widest margin leaves out, all that are left out are run: the answer is that of running every plan", () => {
  const { better, isOff: _, ...found } = searched(() => 1, holdsFrom(3));
  expect(better).toBeGreaterThan(0);
  expect(found).toEqual({ gpus: 3, exhaustive: true, margin: 4, open: [] });
});

test("where a budget ends that, what was not run is counted, and the formula stays in doubt", () => {
  const { gpus, exhaustive, isOff, open } = searched(() => 1, holdsFrom(39), 12);
  expect([exhaustive, gpus === undefined || isOff]).toEqual([false, true]);
  expect(open.length).toBeGreaterThan(0);
});

test("where none that was drawn wins, what is left out stays so, however far the formula is off", () => {
  const { gpus, better, exhaustive, open } = searched(
    (each) => (each === 40 ? 0.009 : 1),
    (each) => (each === 40 ? 0.009 : 0.011),
  );
  expect([gpus, better, exhaustive]).toEqual([40, 0, false]);
  expect(open.length).toBeGreaterThan(EFFORT.audited);
});

test("where a wider margin takes in those that won, it suffices, and few that are then left out are run too", () => {
  const { gpus, margin, exhaustive, open } = searched(
    (each) => (each < 3 ? 1 : each <= 30 ? 0.017 : 0.0126), // the nearest by the formula miss
    (each) => (each >= 3 && each <= 30 ? 0.009 : 0.05),
  );
  expect([gpus, exhaustive, open]).toEqual([3, true, []]);
  expect(margin).toBeCloseTo((0.017 / 0.009) ** 2, 9);
});
