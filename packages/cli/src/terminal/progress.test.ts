import { expect, test } from "vitest";
import type { Channel } from "./channel.ts";
import { ProgressLine, progressText } from "./progress.ts";

const PROGRESS = { events: 1_234_567, nowNs: 1_234_567_890, finished: 51, requests: 128 };

function channel(live: boolean, columns?: number): Channel & { readonly written: string[] } {
  const written: string[] = [];
  return { written, write: (text) => void written.push(text), drained: async () => {}, live, colour: false, columns };
}

test("progress shows events, simulated time and the share of requests that are finished", () => {
  expect(progressText("plan", PROGRESS)).toBe("plan: 1,234,567 events, 1.235 s simulated, 39 % of 128 requests"); // 51 / 128 = 39.8 %
});

test("the line is redrawn in place a few times a second, and cleared", () => {
  const err = channel(true, 40);
  const line = new ProgressLine(err, "plan");
  for (let nowMs = 1_000; nowMs < 2_000; nowMs += 10) line.show(PROGRESS, nowMs);
  line.clear();
  expect(err.written).toHaveLength(6); // at 1000, 1200, … 1800, and the clearing
  for (const text of err.written) expect(text.replace("\r\u001b[2K", "")).toMatch(/^.{0,39}$/);
});

test("where there is no terminal nothing is written", () => {
  const err = channel(false);
  const line = new ProgressLine(err, "plan");
  line.show(PROGRESS, 1_000);
  line.clear();
  expect(err.written).toEqual([]);
});
