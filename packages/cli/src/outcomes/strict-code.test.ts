import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import { strictCode, sureLine } from "./strict-code.ts";

const target = (name: string, met: boolean, probability?: number) => ({
  name,
  metric: name,
  target: 1,
  actual: 1,
  met,
  ...(probability === undefined ? {} : { probability }),
});

function report(targets: ReturnType<typeof target>[], uncalibrated = false): Report {
  const modelError = uncalibrated ? { uncalibrated: ["faults"] } : { level: 0.8, runs: 20, intervals: {} };
  return { targets, modelError } as unknown as Report;
}

test("by a sureness of 90 % a target is met from there on, missed up to 10 %, and not decided between", () => {
  expect(strictCode(report([target("a", true, 0.9)]), 0.9)).toBe(0);
  expect(strictCode(report([target("a", true, 0.89)]), 0.9)).toBe(4);
  expect(strictCode(report([target("a", false, 0.11)]), 0.9)).toBe(4);
  expect(strictCode(report([target("a", false, 0.1)]), 0.9)).toBe(1);
  expect(strictCode(report([target("a", true, 0.5), target("b", true, 0.01)]), 0.9)).toBe(1);
});

test("without a sureness verdicts alone decide, whatever the probabilities", () => {
  expect(strictCode(report([target("a", true, 0.5)]))).toBe(0);
  expect(strictCode(report([target("a", false, 0.99)]))).toBe(1);
});

test("a number without measured error goes by its verdict, and nothing is sure of an uncalibrated run", () => {
  expect(strictCode(report([target("loadVariance", true)]), 0.9)).toBe(0);
  expect(strictCode(report([target("loadVariance", false)]), 0.9)).toBe(1);
  expect(strictCode(report([target("a", true)], true), 0.9)).toBe(4);
});

test("a line says which targets are not sure, and why", () => {
  expect(sureLine(report([target("a", true, 0.95)]), 0.9)).toBe("Sure of 90 %: 1 of 1 target");
  expect(sureLine(report([target("a", true, 0.95), target("tpot.p99", true, 0.724)]), 0.9)).toBe(
    "Sure of 90 %: 1 of 2 targets; not of tpot.p99 (72.4 %)",
  );
  expect(sureLine(report([target("a", true)], true), 0.9)).toBe("Sure of 90 %: 0 of 1 target; not of a; the run is uncalibrated");
  expect(sureLine(report([]), 0.9)).toBe("Sure of 90 %: no targets are set");
});
