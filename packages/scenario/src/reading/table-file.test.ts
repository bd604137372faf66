import { describe, expect, test } from "vitest";
import { changing } from "../changing.ts";
import { loadScenario } from "../load.ts";
import { parseScenario } from "../parse.ts";
import { messageOf, Problems, placeText } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";
import type { Scenario } from "../schema/scenario.ts";

const PLAN = `tokenyard: 1
model: plan-model
cluster:
  gpu: plan-card
  network:
    kind: two-tier
    node: { bandwidth: 450 GB/s, latency: 2 us }
    fabric: { bandwidth: 50 GB/s, latency: 5 us }
workload: { kind: batch, sequences: 4, promptTokens: 128, outputTokens: 3 }
routing:
  gate: { kind: recorded, file: copies.csv }
`;
const COPIES = "# copies of each expert\nexpert 0,expert 1\n3,1\n0,4\n";

function load(texts: Record<string, string>, { text = PLAN, path = "plans/plan.yaml", set = [] as string[] } = {}) {
  const read = (name: string) => {
    const found = texts[name];
    if (found === undefined) throw new Error(`no file ${name}`);
    return found;
  };
  return loadScenario(text, { read, path, set });
}

/** The problems of `act`, each as `place path: …`. */
function problemsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
  return [];
}

function tableOf(scenario: Scenario) {
  const { gate } = scenario.routing;
  if (gate.kind !== "recorded") throw new Error("the gate is not recorded");
  return gate.file;
}

describe("a table that a scenario names", () => {
  const read = {
    path: "copies.csv",
    sha256: "a189cd0a3761108356c80cd40e7d498e367486d2797e30b88fb973a04f42aafd", // as sha256sum says
    rows: [
      [3, 1],
      [0, 4],
    ],
  };

  test("is read from a CSV file beside the scenario, with its SHA-256", () => {
    expect(tableOf(load({ "plans/copies.csv": COPIES }).scenario)).toEqual(read);
  });

  test("is read from a JSON file too", () => {
    const set = ["routing.gate.file=copies.json"];
    expect(tableOf(load({ "plans/copies.json": "[[3, 1],\n [0, 4]]\n" }, { set }).scenario)).toMatchObject({ rows: read.rows });
  });

  test("is looked for beside the file that names it", () => {
    const texts = { "plans/base/plan.yaml": PLAN, "plans/base/copies.csv": COPIES };
    expect(tableOf(load(texts, { text: "extends: base/plan.yaml" }).scenario)).toEqual(read);
  });

  test("is looked for beside the scenario when --set names it, and takes the place of what the file names", () => {
    const set = ["routing.gate.file=../copies/other.csv"];
    expect(tableOf(load({ "copies/other.csv": "5,6\n" }, { set }).scenario)).toMatchObject({ path: "../copies/other.csv", rows: [[5, 6]] });
  });

  test("is in the resolved scenario, which means the same without the file", () => {
    const { scenario } = load({ "plans/copies.csv": COPIES });
    const resolved = resolvedOf(scenario);
    expect(parseScenario(resolved)).toEqual(scenario);
    expect(load({}, { text: JSON.stringify(resolved) }).scenario).toEqual(scenario);
  });

  test("of another name replaces the table of a resolved scenario, whole", () => {
    const text = JSON.stringify(resolvedOf(load({ "plans/copies.csv": COPIES }).scenario));
    const set = ["routing.gate.file=other.csv"];
    expect(tableOf(load({ "plans/other.csv": "1,1\n" }, { text, set }).scenario)).toMatchObject({ path: "other.csv", rows: [[1, 1]] });
  });

  test("of another name is read for a change, as --set reads it, and once", () => {
    const texts: Record<string, string> = { "plans/copies.csv": COPIES, "plans/other.csv": "5,6\n" };
    const { scenario, readPieces } = load(texts);
    let count = 0;
    const change = changing(scenario, (path) => {
      count++;
      return readPieces(path);
    });
    const set = ["routing.gate.file=other.csv"];
    for (let i = 0; i < 2; i++) expect(change(set)).toEqual(load(texts, { set }).scenario);
    expect(count).toBe(1);
    expect(problemsOf(() => change(["routing.gate.file=none.csv"]))).toEqual([
      "--set 1 routing.gate.file: none.csv given; wanted a file that can be read (no file plans/none.csv)",
    ]);
  });

  test("cannot be changed by --set before it is read", () => {
    expect(problemsOf(() => load({ "plans/copies.csv": COPIES }, { set: ["routing.gate.file.rows.0.1=5"] }))).toEqual([
      "--set 1 routing.gate.file.rows.0.1: a value in copies.csv given; wanted another file at routing.gate.file, as in routing.gate.file=other.csv: what a file holds is read after --set",
    ]);
    const text = JSON.stringify(resolvedOf(load({ "plans/copies.csv": COPIES }).scenario));
    expect(tableOf(load({}, { text, set: ["routing.gate.file.rows.0.1=5"] }).scenario)).toMatchObject({
      rows: [
        [3, 5],
        [0, 4],
      ],
    });
  });

  test("cannot be named where nothing can be read", () => {
    const change = changing(load({ "plans/copies.csv": COPIES }).scenario);
    expect(problemsOf(() => change(["routing.gate.file=other.csv"]))).toEqual([
      "nowhere routing.gate.file: other.csv given; wanted the path of a .csv or .json file in a scenario file, or what was read there: a map with path, sha256 and rows",
    ]);
  });
});

describe("a mistake in a table is reported", () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      "where the file is named, when it cannot be read",
      {},
      ["plans/plan.yaml:11:27 routing.gate.file: copies.csv given; wanted a file that can be read (no file plans/copies.csv)"],
    ],
    [
      "at its line and column, when it is no number",
      { "plans/copies.csv": "3,1\n0, four\n" },
      ["plans/copies.csv:2:4 routing.gate.file.rows.1.1: four given; wanted a number from 0 to 1e15"],
    ],
    [
      "as it was written, when it is too large for a number",
      { "plans/copies.csv": "3,1\n0,1e400\n" },
      ['plans/copies.csv:2:3 routing.gate.file.rows.1.1: "1e400" given; wanted a number from 0 to 1e15'],
    ],
    [
      "at its line and column, when it is negative or missing",
      { "plans/copies.csv": "3,-1\n0,\n" },
      [
        "plans/copies.csv:1:3 routing.gate.file.rows.0.1: -1 given; wanted a number from 0 to 1e15",
        'plans/copies.csv:2:3 routing.gate.file.rows.1.1: "" given; wanted a number from 0 to 1e15',
      ],
    ],
  ])("%s", (_, texts, problems) => {
    expect(problemsOf(() => load(texts))).toEqual(problems);
  });

  test.each<[string, string, string]>([
    ["a row that is none", "[[3, 1],\n 5]", "plans/copies.json:2:2 routing.gate.file.rows.1: 5 given; wanted a list, each a number"],
    ["no list at all", "{ a: 1 }", "plans/copies.json:1:1 routing.gate.file.rows: { a: 1 } given; wanted a list, each a list"],
    ["a text that breaks off", "[[3, 1],", "plans/copies.json:1:9 routing.gate.file: unreadable text given"],
    ["an empty text", "", "plans/plan.yaml:11:27 routing.gate.file: copies.json given; wanted a file that holds a list of rows"],
  ])("when a JSON file holds %s", (_, json, problem) => {
    const problems = problemsOf(() => load({ "plans/copies.json": json }, { text: PLAN.replace("copies.csv", "copies.json") }));
    expect(problems[0]).toContain(problem);
  });

  test("when its name ends in neither .csv nor .json, and other problems beside it", () => {
    const text = PLAN.replace("copies.csv", "copies.txt").replace("sequences: 4", "sequences: 0");
    expect(problemsOf(() => load({}, { text }))).toEqual([
      "plans/plan.yaml:11:27 routing.gate.file: copies.txt given; wanted the path of a .csv or .json file",
      "plans/plan.yaml:9:26 workload.sequences: 0 given; wanted a whole number from 1 to 1e7",
    ]);
  });
});
