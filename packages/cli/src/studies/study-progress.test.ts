import { expect, test } from "vitest";
import type { Channel } from "../terminal/channel.ts";
import { progressText, StudyProgress } from "./study-progress.ts";

function channel(live: boolean, columns?: number): Channel & { readonly written: string[] } {
  const written: string[] = [];
  return { written, write: (text) => void written.push(text), drained: async () => {}, live, colour: false, columns };
}

const state = (ended: number) => ({ ended, most: 480, best: undefined });

test("progress shows points, rate, time left and the best so far", () => {
  expect(progressText("sweep of plan", { ended: 1_200, most: 4_800, best: "ttft 3 ms with tensor 2" }, 41.23, 3600 / 41.23)).toBe(
    "sweep of plan: 1,200 of 4,800 points, 41.2 a second, 87 s left, best ttft 3 ms with tensor 2",
  );
  expect(progressText("s", state(0), 0)).toBe("s: 0 of 480 points");
  expect(progressText("s", { ...state(3), most: null }, 1)).toBe("s: 3 points, 1.00 a second");
  expect(progressText("s", { ...state(3), most: null }, 40_960)).toBe("s: 3 points, 41,000 a second");
  expect(progressText("s", state(0), 0.1, 4_800)).toContain("80 min left");
  expect(progressText("s", state(0), 0.01, 48_000)).toContain("13 h 20 min left");
});

test("points and time of a search that may leave many out are the most that there may be", () => {
  expect(progressText("s", { ...state(3), isBound: true }, 2, 238)).toBe("s: 3 of at most 480 points, 2.00 a second, at most 4 min left");
});

test("it shows how far slow points are that have not ended, and counts what is done of them", () => {
  const underWay = { points: 2, worth: 0.9 };
  expect(progressText("s", { ...state(3), underWay }, 0.1)).toBe("s: 3 of 480 points, 2 under way at 45 %, 0.100 a second");
  expect(progressText("s", { ...state(3), underWay }, 50)).toBe("s: 3 of 480 points, 50.0 a second");
  expect(progressText("s", { ...state(3), underWay: { points: 0, worth: 0 } }, 0.1)).toBe("s: 3 of 480 points, 0.100 a second");
  const err = channel(true, 200);
  const progress = new StudyProgress(err, "sweep", 0);
  for (let second = 1; second <= 50; second++)
    progress.show({ ended: 0, most: 4, underWay: { points: 1, worth: second / 100 }, best: undefined }, second * 1_000);
  expect(err.written.at(-1)).toContain("0 of 4 points, 1 under way at 50 %, 0.0100 a second, 6 min left"); // 350 s
});

test("a person sees it redrawn in place a few times a second, and cleared", () => {
  const err = channel(true, 30);
  const progress = new StudyProgress(err, "sweep of plan", 0);
  for (let nowMs = 10; nowMs <= 1_000; nowMs += 10) progress.show(state(nowMs), nowMs);
  progress.clear();
  expect(err.written).toHaveLength(6); // at 10, 210, … 810, and the clearing
  for (const text of err.written) expect(text.replace("\r\u001b[2K", "")).toMatch(/^.{0,29}$/);
});

test("where there is no terminal it is a plain line a minute", () => {
  const err = channel(false);
  const progress = new StudyProgress(err, "sweep", 0);
  for (let nowMs = 0; nowMs <= 150_000; nowMs += 200) progress.show(state(nowMs / 1_000), nowMs);
  progress.clear();
  expect(err.written).toEqual([
    "sweep: 60 of 480 points, 1.00 a second, 7 min left\n",
    "sweep: 120 of 480 points, 1.00 a second, 6 min left\n",
  ]);
});

test("the rate is that of the last while, so that stored points do not promise too much", () => {
  const err = channel(true, 200);
  const progress = new StudyProgress(err, "sweep", 0);
  for (let second = 1; second <= 60; second++) progress.show(state(second === 1 ? 300 : 300 + second), second * 1_000);
  expect(err.written.at(-1)).toContain("360 of 480 points, 1.00 a second, 2 min left");
});

test("the time left does not jump where points come in bursts", () => {
  const err = channel(true, 200);
  const progress = new StudyProgress(err, "sweep", 0);
  for (let second = 1; second <= 400; second++) progress.show(state(50 * Math.floor(second / 50)), second * 1_000); // 1 a second in the mean
  const left = err.written.flatMap((text) => {
    const [, count, unit] = /, (\d+) (s|min) left/.exec(text) ?? [];
    return count === undefined ? [] : [Number(count) * (unit === "min" ? 60 : 1)];
  });
  const late = left.slice(left.length / 2); // 200 seconds and more
  for (const [i, seconds] of late.entries()) expect(Math.abs(seconds - (late[i - 1] ?? seconds))).toBeLessThanOrEqual(60);
});
