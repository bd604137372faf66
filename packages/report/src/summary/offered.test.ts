import { METRICS } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { loaded } from "../recording/loaded-recording.contract.ts";
import { answered } from "../recording/tiny-recording.contract.ts";
import { renderText } from "../text/render-text.ts";
import { summarize } from "./summarize.ts";

const metric = METRICS.find(({ name }) => name === "throughputPerGpu")!;
const target = { name: metric.name, metric, value: 1e6 };
/** The loaded recording with all requests answered, which come until the run is nearly over. */
const steady = {
  ...loaded,
  served: { ...loaded.served!, levels: { ...loaded.served!.levels!, lastArrivalNs: 900_000 } },
};

test("a target of throughput is undecided where no more load was offered than is served, and the report warns", () => {
  const report = summarize(steady, [target]);
  expect(report.targets[0]).toMatchObject({ met: false, offered: true });
  expect(report.warnings).toContainEqual({
    code: "offered-load",
    message: expect.stringMatching(
      /^throughputPerGpu: only 254 tokens\/ms was offered, and served; the target of 1.00 M tokens\/ms is undecided/,
    ),
  });
  expect(renderText(report)).toMatch(/\? throughputPerGpu .*undecided: no more was offered$/m);
});

test("it is missed where a batch comes at once, or users wait for their answers, and where the plan is behind", () => {
  const levels = steady.served.levels;
  for (const run of [
    answered,
    { ...steady, served: { ...steady.served, levels: { ...levels, waitForAnswers: "all" as const } } },
    { ...steady, served: { ...steady.served, levels: { ...levels, lastArrivalNs: 100_000 } } }, // a burst
  ]) {
    const { targets, warnings } = summarize(run, [target]);
    expect(targets[0]).not.toHaveProperty("offered");
    expect(warnings.map(({ code }) => code)).not.toContain("offered-load");
  }
});

test("a latency is never a matter of what was offered", () => {
  const ttft = METRICS.find(({ name }) => name === "ttft.p50")!;
  expect(summarize(steady, [{ name: ttft.name, metric: ttft, value: 0 }]).targets[0]).not.toHaveProperty("offered");
});
