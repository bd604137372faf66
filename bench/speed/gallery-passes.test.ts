/** @module-tag long */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Loop, TimedOp } from "@tokenyard/executor";
import { naiveLoop } from "@tokenyard/executor/naive-loop.contract.ts";
import { prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { afterEach, expect, test, vi } from "vitest";

const GALLERY = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const files = readdirSync(GALLERY, { recursive: true, encoding: "utf8" }).filter((path) => /^[^/]+\/[^/]+\.yaml$/.test(path));

/** Ops times ranks that the naive loop times of each file, about; and events in which they come. */
const MOST_RANK_OPS = 6000;
const MOST_EVENTS = 1500;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ops of the pass that `loop` timed last which do not end on all ranks when the naive loop ends them. */
function differences(loop: Loop, nowNs: number, freeNs: readonly Float64Array[]): string[] {
  const { ops } = loop.tape;
  const right = naiveLoop(
    ops,
    ops.map(({ row }) => loop.durations[row]!),
    nowNs,
    freeNs,
  );
  return loop.units.slice(0, loop.count).flatMap(({ stretch, first, ops: timed, times, periodNs }) =>
    Array.from({ length: times * stretch.size }, (_, i) => i).flatMap((i) => {
      const at = first + i;
      if (loop.isStopped && loop.hasEnded[at] === 0) return [];
      const laterNs = periodNs * (times - 1 - Math.floor(i / stretch.size));
      const ends = timed[i % stretch.size]!.endNs.map((ns) => ns - laterNs);
      return ends.every((ns, r) => ns === right.endNs[at]![r]) ? [] : [`op ${at}: ${ends} or ${right.endNs[at]}`];
    }),
  );
}

test.each(files)("passes of %s end in the loop, op by op and rank by rank, as they do in a naive loop of events", (file) => {
  const { scenario, readPieces } = loadScenarioFile(join(GALLERY, file));
  const { time, timeUntil } = Loop.prototype;
  const { delay } = TimedOp.prototype;
  let rankOps = 0;
  let calls = 0;
  let judged = 0;
  let isDelayed = false;
  const judge = (loop: Loop, nowNs: number, freeNs: readonly Float64Array[]) => {
    calls++;
    const isDrawn = Math.log2(calls) % 1 === 0 && rankOps < MOST_RANK_OPS && !isDelayed; // the first, second, fourth and so on
    if (!isDrawn) return;
    rankOps += loop.tape.ops.length * loop.tape.ranks;
    judged++;
    expect(differences(loop, nowNs, freeNs)).toEqual([]);
  };
  vi.spyOn(TimedOp.prototype, "delay").mockImplementation(function (this: TimedOp, endsNs) {
    isDelayed = true; // by links that are down, of which durations know nothing
    delay.call(this, endsNs);
  });
  vi.spyOn(Loop.prototype, "time").mockImplementation(function (this: Loop, durations, nowNs, freeNs, asked) {
    isDelayed = false;
    time.call(this, durations, nowNs, freeNs, asked);
    judge(this, nowNs, freeNs);
  });
  vi.spyOn(Loop.prototype, "timeUntil").mockImplementation(function (this: Loop, durations, nowNs, freeNs, untilNs, asked) {
    isDelayed = false;
    timeUntil.call(this, durations, nowNs, freeNs, untilNs, asked);
    judge(this, nowNs, freeNs);
  });
  const simulation = start(prepare(scenario, { readPieces }), { executor: "loop" });
  for (let events = 0; events < MOST_EVENTS && rankOps < MOST_RANK_OPS && simulation.advance(10); events += 10);
  expect(judged).toBeGreaterThan(0);
});
