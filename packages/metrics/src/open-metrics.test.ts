import { describe, expect, test } from "vitest";
import { own } from "./aliases/alias.ts";
import { exportedOf, isMeant, linesOf, namesOf } from "./exported.ts";
import { familyOf, widthOf } from "./family.ts";
import { groupsOf } from "./groups.ts";
import { KeptSamples } from "./kept-samples.ts";
import { boundText, labelsText, numberText, openMetrics } from "./open-metrics.ts";
import { Sample } from "./sample.ts";

/** All of `rows`, a sample each, of family `key` with `labels`, as text every 500 ms. */
function textOf(
  key: Parameters<typeof familyOf>[0],
  labels: readonly (readonly string[])[],
  rows: readonly (readonly number[])[],
  more: object = {},
) {
  const sample = new Sample();
  const values = sample.add(key, labels);
  const kept = new KeptSamples(500, [key, key]);
  for (const [i, row] of rows.entries()) {
    values.set(row);
    kept.take(i * 500, sample);
  }
  return [...openMetrics([{ ...own(familyOf(key)), ...more }], kept)];
}

describe("metrics as text", () => {
  test("a gauge is a line for each series and sample, with its instant in seconds", () => {
    expect(
      textOf(
        "waiting",
        [["0"], ["1"]],
        [
          [1, 2],
          [1, 0.5],
          [3, 0.5],
        ],
      ).join(""),
    ).toBe(
      [
        "# HELP tokenyard_requests_waiting requests that wait in a replica",
        "# TYPE tokenyard_requests_waiting gauge",
        'tokenyard_requests_waiting{replica="0"} 1 0',
        'tokenyard_requests_waiting{replica="0"} 1 0.5',
        'tokenyard_requests_waiting{replica="0"} 3 1',
        'tokenyard_requests_waiting{replica="1"} 2 0',
        'tokenyard_requests_waiting{replica="1"} 0.5 0.5',
        'tokenyard_requests_waiting{replica="1"} 0.5 1',
        "# EOF",
        "",
      ].join("\n"),
    );
  });

  test("a counter ends in _total, and a series without labels has no braces", () => {
    const text = textOf("arrived", [[]], [[0], [4]]).join("");
    expect(text).toContain("# TYPE tokenyard_requests_arrived counter\n");
    expect(text).toContain("tokenyard_requests_arrived_total 0 0\ntokenyard_requests_arrived_total 4 0.5\n");
    expect(text).not.toContain("# UNIT");
  });

  test("a histogram is written point by point: buckets, then the count and the sum of an instant", () => {
    const { bounds } = familyOf("ttft");
    expect(widthOf(familyOf("ttft"))).toBe(bounds!.length + 2);
    const rows = [0, 1].map((i) => [...bounds!.map((_, b) => (b === 0 ? i : 2 * i)), 3 * i, 7.5 * i]);
    const text = textOf("ttft", [[]], rows, { bounds: [bounds![0]!, 1] });
    const name = "tokenyard_time_to_first_token_seconds";
    expect(text.join("")).toBe(
      [
        `# HELP ${name} from arrival to the first token, of requests that have had it`,
        `# TYPE ${name} histogram`,
        `# UNIT ${name} seconds`,
        ...[0, 1].flatMap((i) => [
          `${name}_bucket{le="${boundText(bounds![0]!)}"} ${i} ${i / 2}`,
          `${name}_bucket{le="1.0"} ${2 * i} ${i / 2}`,
          `${name}_bucket{le="+Inf"} ${3 * i} ${i / 2}`,
          `${name}_count ${3 * i} ${i / 2}`,
          `${name}_sum ${7.5 * i} ${i / 2}`,
        ]),
        "# EOF",
        "",
      ].join("\n"),
    );
  });

  test("a long histogram comes in pieces of 256 points, with nothing lost between them", () => {
    const width = widthOf(familyOf("ttft"));
    const rows = Array.from({ length: 513 }, (_, i) => new Array<number>(width).fill(i));
    const pieces = textOf("ttft", [[]], rows, { bounds: [] });
    expect(pieces).toHaveLength(1 + 3 + 1);
    const lines = pieces.slice(1, -1).join("").trimEnd().split("\n");
    expect(lines).toHaveLength(3 * 513);
    expect(lines.filter((line) => line.includes("_count")).map((line) => line.split(" ")[1])).toEqual(rows.map(([i]) => `${i}`));
  });

  test("a name is headed once, though several exports have it; a value may be computed of two families", () => {
    const sample = new Sample();
    sample.add("waiting", [["0"]]).set([3]);
    sample.add("running", [["0"]]).set([5]);
    const kept = new KeptSamples(1000, ["waiting", "running"]);
    kept.take(0, sample);
    const both = {
      ...own(familyOf("waiting")),
      name: "x",
      of: ["waiting", "running"] as const,
      value: (a: number, b: number) => 10 * a + b,
    };
    const text = [...openMetrics([both, { ...both, fixed: [["kind", 'a"b\\c\nd']] }], kept)].join("");
    expect(text.match(/# TYPE/g)).toHaveLength(1);
    expect(text).toContain('x{replica="0"} 35 0\n');
    expect(text).toContain('x{replica="0",kind="a\\"b\\\\c\\nd"} 35 0\n');
  });

  test("numbers, bounds and labels are written as the format has them", () => {
    expect([0.1, 1e21, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(numberText)).toEqual([
      "0.1",
      "1e+21",
      "+Inf",
      "-Inf",
      "NaN",
    ]);
    expect([1, 0.25, 2560, 1e21, Number.POSITIVE_INFINITY].map(boundText)).toEqual(["1.0", "0.25", "2560.0", "1e+21", "+Inf"]);
    expect([
      labelsText([]),
      labelsText([
        ["a", "1"],
        ["b", "x,y"],
      ]),
    ]).toEqual(["", '{a="1",b="x,y"}']);
  });
});

describe("samples that are kept", () => {
  test("are those of the families asked for, once each; of one that is not sampled there is nothing", () => {
    const sample = new Sample();
    const values = sample.add("waiting", [["0"], ["1"]]);
    sample.add("running", [["0"], ["1"]]);
    const kept = new KeptSamples(500, ["waiting", "waiting", "ttft"]);
    for (const row of [
      [1, 2],
      [3, 4],
    ]) {
      values.set(row);
      kept.take(0, sample);
    }
    expect(kept.count).toBe(2);
    expect([[...kept.column("waiting", 0)], [...kept.column("waiting", 1)]]).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect([kept.column("running", 0).length, kept.column("ttft", 0).length]).toEqual([0, 0]);
    expect([kept.series("waiting"), kept.series("running")]).toEqual([[["0"], ["1"]], []]);
    expect(sample.all()).toHaveLength(2);
  });

  test("are at most four million numbers", () => {
    const sample = new Sample();
    sample.add(
      "waiting",
      Array.from({ length: 1_000_000 }, (_, i) => [`${i}`]),
    );
    const kept = new KeptSamples(500, ["waiting"]);
    for (let i = 0; i < 4; i++) kept.take(0, sample);
    expect(() => kept.take(0, sample)).toThrow(new RangeError("more than 4000000 numbers"));
  });
});

describe("what is exported", () => {
  const waiting = own(familyOf("waiting"));

  test("is known by its name, and by those of its lines", () => {
    expect(namesOf(waiting)).toEqual(["tokenyard_requests_waiting"]);
    expect(namesOf({ ...waiting, type: "counter" })).toEqual(["tokenyard_requests_waiting", "tokenyard_requests_waiting_total"]);
    const lines = ["x", "x_bucket", "x_sum", "x_count"];
    expect(namesOf({ ...waiting, name: "x", type: "histogram" })).toEqual(lines);
    expect(lines.every((line) => isMeant({ ...waiting, name: "x", type: "histogram" }, line))).toBe(true);
  });

  test("a pattern is the whole name, a star anything, and all other signs themselves", () => {
    expect(
      ["tokenyard_requests_waiting", "*waiting", "tokenyard_*", "*_re*s_w*", "***"].map((pattern) => isMeant(waiting, pattern)),
    ).toEqual([true, true, true, true, true]);
    expect(["waiting", "tokenyard", "tokenyard.requests.waiting", "[a-z_]+", ""].map((pattern) => isMeant(waiting, pattern))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(isMeant({ ...waiting, name: "vllm:num" }, "vllm:*")).toBe(true);
  });

  test("is what a sample has, all of it or what is asked for", () => {
    const sample = new Sample();
    sample.add("waiting", [["0"], ["1"]]);
    const names = (patterns?: readonly string[]) => exportedOf(sample, patterns).map(({ name }) => name);
    expect(names()).toContain("tokenyard_requests_waiting");
    expect(names()).toContain("vllm:num_requests_waiting");
    expect(names()).not.toContain("tokenyard_requests_running");
    expect(names(["tokenyard_*"])).toEqual(["tokenyard_requests_waiting"]);
    expect(names(["none", "vllm:*waiting"])).toEqual(["vllm:num_requests_waiting"]);
    expect(names(["none"])).toEqual([]);
  });

  test("a sample of it has a line for each series, of a histogram one for each bucket and three", () => {
    const columns = { family: familyOf("waiting"), series: [["0"], ["1"]], values: new Float64Array(2) };
    expect(linesOf(waiting, columns)).toBe(2);
    expect(linesOf({ ...waiting, bounds: [1, 2] }, columns)).toBe(2 * (2 + 3));
  });
});

test("series are put together by labels, in the order of their first ones", () => {
  const family = familyOf("computeUse");
  const series = [
    ["1", "7"],
    ["0", "8"],
    ["1", "9"],
  ];
  const grouped = (by: readonly ("replica" | "rank")[]) => {
    const { labels, of } = groupsOf({ family, series }, by);
    return [labels, [...of]];
  };
  expect(grouped(["replica"])).toEqual([
    [["1"], ["0"]],
    [0, 1, 0],
  ]);
  expect(grouped(["rank", "replica"])).toEqual([
    [
      ["7", "1"],
      ["8", "0"],
      ["9", "1"],
    ],
    [0, 1, 2],
  ]);
  expect(grouped([])).toEqual([[[]], [0, 0, 0]]);
});
