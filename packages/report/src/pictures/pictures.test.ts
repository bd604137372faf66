import { expect, test } from "vitest";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { summarize } from "../summary/summarize.ts";
import { measured, percent } from "../text/quantity.ts";
import { mapSvg } from "./map-svg.ts";
import { MOST_RANKS, type TimelinePicture, timelineSvg } from "./timeline-svg.ts";
import { whereSvg } from "./where-svg.ts";

const picture: TimelinePicture = {
  name: "by <hand> & eye",
  opKinds: [
    { name: "attention", lane: "compute" },
    { name: "dispatch", lane: "network" },
  ],
  spans: {
    rank: Int32Array.of(0, 0, 1),
    kind: Uint8Array.of(0, 1, 0),
    startNs: Float64Array.of(0, 500_000, 0),
    workNs: Float64Array.of(500_000, 750_000, 250_000),
    endNs: Float64Array.of(500_000, 1_000_000, 1_000_000),
  },
  ranks: [
    { rank: 0, label: "stage 0" },
    { rank: 1, label: "stage 1" },
  ],
  fromNs: 0,
  toNs: 1_000_000,
};

test("a timeline says in words what it shows: work without waits, by rank", () => {
  const svg = timelineSvg(picture);
  expect(svg).toContain("<title>by &lt;hand&gt; &amp; eye: what the GPUs did</title>");
  expect(svg).toContain(
    "<desc>From 0 s to 1.00 ms: stage 0 computes 50 % and exchanges 25 % of the time; stage 1 computes 25 % and exchanges 0 % of the time.</desc>",
  );
});

test("bars have the place and the colour of their op, and waits are paler", () => {
  const svg = timelineSvg(picture); // 780 units of 1 ms, from 150 on
  expect(svg).toContain('<path fill="#2595fd" fill-opacity="1" d="M150 64h390v9h-390zM150 88h195v9h-195z"/>');
  expect(svg).toContain('<path fill="#2595fd" fill-opacity="0.35" d="M345 88h585v9h-585z"/>');
  expect(svg).toContain('<path fill="#2ca877" fill-opacity="1" d="M540 73h195v9h-195z"/>');
  expect(svg).toContain(">attention</text>");
});

test("more ranks than a picture has room for are left out, and the title says so", () => {
  const ranks = Array.from({ length: 64 }, (_, rank) => ({ rank, label: `stage ${rank}` }));
  const svg = timelineSvg({ ...picture, ranks });
  expect(svg.match(/>stage \d+<\/text>/g)).toHaveLength(MOST_RANKS);
  expect(svg).toContain("what the GPUs did, 32 of 64 shown</title>");
});

test("a small one has no texts but those for readers who do not see it", () => {
  expect(timelineSvg({ ...picture, isSmall: true })).not.toContain("<text");
});

test("where the time went has every part as the report has it", () => {
  const report = summarize(answered);
  const svg = whereSvg(report);
  const parts = Object.entries(report.breakdown.ttft!).filter(([, amount]) => amount > 0);
  const whole = parts.reduce((sum, [, amount]) => sum + amount, 0);
  expect(parts.length).toBeGreaterThan(1);
  for (const [name, amount] of parts)
    for (const text of [name, measured(amount, "s"), percent(amount / whole)]) expect(svg).toContain(`>${text}</text>`);
  const widths = [...svg.matchAll(/width="([\d.]+)" height="22"/g)].map(([, width]) => Number(width));
  const bars = [report.breakdown.ttft, report.breakdown.tpot].filter((map) => Object.values(map ?? {}).some((amount) => amount > 0));
  expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(452 * bars.length, 0);
});

test("where no request was answered, it is what the lanes did", () => {
  const report = summarize(tiny);
  const unanswered = { ...report, breakdown: { ttft: null, tpot: null } };
  expect(whereSvg(unanswered)).toContain(">compute lanes in prefill</text>");
  expect(whereSvg({ ...unanswered, time: { ...report.time, prefill: null, decode: null } } as typeof report)).toContain(
    ">nothing ran</text>",
  );
});

test("pictures name no other file, fit both colour schemes, and their text is at least 11 units high", () => {
  for (const svg of [timelineSvg(picture), whereSvg(summarize(answered))]) {
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(Number(/font:(\d+)px/.exec(svg)![1])).toBeGreaterThanOrEqual(11);
    expect(svg).not.toMatch(/font-size/);
  }
});

test("a map says how long kernels ran on each GPU, and crosses out those that a fault struck", () => {
  const svg = mapSvg(tiny); // attention and experts: 600 of 1,000 us on the first, 400 on the second
  expect(svg).toContain(
    "<desc>Kernels over 1.00 ms: 50.0 % in the mean of 2 GPUs in one node, from 40.0 % on GPU 1 to 60.0 % on GPU 0.</desc>",
  );
  expect([...svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, opacity]) => opacity)).toEqual(["0.71", "1"]);
  expect(svg).not.toContain("stroke-width");
  const faults = [{ ranks: [1], atNs: 5, ranksLost: 1, ranksSlowed: 0 }] as unknown as NonNullable<typeof tiny.faults>;
  const struck = mapSvg({ ...tiny, faults });
  expect(struck).toContain("; GPU 1 struck by faults.</desc>");
  expect(struck).toContain('stroke-width="2"');
});
