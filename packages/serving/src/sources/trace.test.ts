import { readFileSync } from "node:fs";
import { test } from "@fast-check/vitest";
import { Problems, type TraceSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { fileOf, ROWS, TEXTS, traceSpec } from "../traces/trace-texts.contract.ts";
import { requestSourceContract } from "./request-source.contract.ts";
import { served } from "./served.contract.ts";
import { TraceSource } from "./trace.ts";

for (const format of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) {
  const workload = traceSpec(format, { repeat: 3, speed: 0.7 });
  requestSourceContract(`a trace in the format ${format}`, { workload, readPieces: fileOf(TEXTS[format]) });
}

const row = fc.record({ gapNs: fc.nat(1e10), promptTokens: fc.integer({ min: 0, max: 9 }), outputTokens: fc.integer({ min: 0, max: 9 }) });

/** The rows as a trace of ours, and their times. */
function written(rows: readonly { gapNs: number; promptTokens: number; outputTokens: number }[]): { text: string; timesNs: number[] } {
  let timeNs = 0;
  const timesNs: number[] = [];
  const lines = rows.map(({ gapNs, promptTokens, outputTokens }) => {
    timeNs += gapNs;
    if (promptTokens > 0 && outputTokens > 0) timesNs.push(timeNs);
    return `${Math.floor(timeNs / 1e9)}.${String(timeNs % 1e9).padStart(9, "0")},${promptTokens},${outputTokens}`;
  });
  return { text: ["arrivedSeconds,promptTokens,outputTokens", ...lines].join("\n"), timesNs };
}

describe("a replayed trace", () => {
  test.prop([fc.array(row, { minLength: 1 }), fc.constantFrom(1, 2, 0.5, 3)])(
    "arrives exactly at its times over its speed, less the rows that ask for nothing",
    (rows, speed) => {
      const { text, timesNs } = written(rows);
      fc.pre(timesNs.length > 0);
      const source = new TraceSource(traceSpec("csv", { speed }), fileOf(text));
      expect(source.total).toBe(timesNs.length);
      expect(source.warnings.length > 0).toBe(timesNs.length < rows.length);
      expect(served(source).map(({ arrivedNs }) => arrivedNs)).toEqual(timesNs.map((timeNs) => Math.round(timeNs / speed)));
    },
  );

  test("begins at the begin of its slice", () => {
    const all = served(new TraceSource(traceSpec("burstgpt", { from: 1, to: 2 }), fileOf(TEXTS.burstgpt)));
    expect(all.map(({ arrivedNs, promptTokens }) => [arrivedNs, promptTokens])).toEqual([[0.5e9, 110]]);
  });

  const secondsOf = (more: Partial<TraceSpec>) =>
    served(new TraceSource(traceSpec("csv", more), fileOf(TEXTS.csv))).map(({ arrivedNs }) => arrivedNs / 1e9);

  test("that is repeated begins again one mean gap after its last request", () => {
    const period = 2.25 + 2.25 / 2; // two gaps over 2.25 s
    expect(secondsOf({ repeat: 2 })).toEqual([...ROWS.map(([seconds]) => seconds), ...ROWS.map(([seconds]) => seconds + period)]);
  });

  test("that is repeated with a slice begins again when the slice is over", () => {
    expect(secondsOf({ repeat: 2, from: 1, to: 4 })).toEqual([0.5, 1.25, 3.5, 4.25]);
    expect(secondsOf({ repeat: 2, from: 1, to: 4, speed: 2 })).toEqual([0.25, 0.625, 1.75, 2.125]);
  });

  test("that is repeated has other prompts each time", () => {
    const all = served(new TraceSource(traceSpec("mooncake", { repeat: 2 }), fileOf(TEXTS.mooncake)));
    expect([...all[0]!.prefix!]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...all[3]!.prefix!]).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(() => new TraceSource(traceSpec("mooncake", { repeat: 1e9 }), fileOf(TEXTS.mooncake))).toThrow(
      "workload.repeat: 1000000000 given",
    );
  });

  test("says how many rows were left out", () => {
    const text = "arrivedSeconds,promptTokens,outputTokens\n0,0,5\n1,5,5\n";
    expect(new TraceSource(traceSpec("csv"), fileOf(text)).warnings).toEqual([
      { code: "trace-rows-dropped", message: "1 row of the trace has no prompt or no output tokens and was left out" },
    ]);
  });
});

describe("a trace is refused before the run", () => {
  const problemsOf = (text: string, more: Partial<TraceSpec> = {}) => {
    try {
      new TraceSource(traceSpec("csv", more), fileOf(text));
    } catch (error) {
      if (error instanceof Problems) return error.problems;
      throw error;
    }
    return [];
  };
  const heading = "arrivedSeconds,promptTokens,outputTokens\n";

  test("with all its broken rows at their lines, the first twenty of them reported", () => {
    const problems = problemsOf(`${heading}1,1,1\n${"x,1,1\n".repeat(25)}`);
    expect(problems).toHaveLength(21);
    expect(problems[0]).toEqual({
      path: ["workload", "path"],
      given: "arrivedSeconds x",
      wanted: "a time in s from 0 s to 9e6 s",
      place: { file: "t.csv", line: 3, column: 1 },
    });
    expect(problems.at(-1)?.given).toBe("5 broken rows more");
  });

  test("where no request lies in its slice", () => {
    expect(problemsOf(TEXTS.csv, { from: 100 })).toMatchObject([{ given: "no request in the time that is replayed" }]);
    expect(problemsOf("")).toHaveLength(1);
  });

  test("where it would go on past the last nanosecond", () => {
    expect(problemsOf(TEXTS.csv, { speed: 1e-6, repeat: 10 })).toMatchObject([{ given: "arrivals past 9e6 s" }]);
  });
});

describe("the traces in the gallery", () => {
  const folder = new URL("../../../../scenarios/trace-replay/", import.meta.url);
  const askedFor = (path: string, format: TraceSpec["format"]) =>
    served(new TraceSource(traceSpec(format, { path }), (name) => [readFileSync(new URL(name, folder))])).map(
      ({ arrivedNs, promptTokens, outputTokens, prefix }) => ({ arrivedNs, promptTokens, outputTokens, prefix }),
    );
  const withIds = askedFor("own.csv", "csv");
  const withoutIds = withIds.map((request) => ({ ...request, prefix: undefined }));

  test.each([
    ["mooncake.jsonl", "mooncake", withIds],
    ["own.jsonl", "jsonl", withIds],
    ["own.parquet", "parquet", withIds],
    ["azure.csv", "azure", withoutIds],
    ["burstgpt.csv", "burstgpt", withoutIds],
  ] as const)("%s asks for the same as the others", (path, format, wanted) => {
    expect(wanted).toHaveLength(150);
    expect(askedFor(path, format)).toEqual(wanted);
  });
});
