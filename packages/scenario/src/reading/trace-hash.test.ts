import { describe, expect, test } from "vitest";
import { changing } from "../changing.ts";
import { hashOf } from "../hash.ts";
import { type LoadOptions, loadScenario } from "../load.ts";
import { messageOf, Problems, placeText } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";

const SCENARIO = `tokenyard: 1
model: plan-model
cluster: { gpu: plan-card, network: hgx-h100-ndr }
workload:
  kind: trace
  format: csv
  path: traces/t.csv
`;
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // SHA-256 of `abc`

const files: Readonly<Record<string, string>> = { "home/traces/t.csv": "abc", "home/traces/u.csv": "other", "home/s.yaml": SCENARIO };

function read(path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error("no such file");
  return text;
}

function load(text: string, options: Partial<LoadOptions> = {}) {
  const { scenario, readPieces } = loadScenario(text, { read, path: "home/s.yaml", ...options });
  if (scenario.workload.kind !== "trace") throw new Error("no trace");
  return { scenario, workload: scenario.workload, readPieces };
}

function problemsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  try {
    load(text, options);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
  return [];
}

describe("a trace of a scenario", () => {
  test("enters what it resolves to by its path and the SHA-256 of its bytes", () => {
    const { scenario, workload } = load(SCENARIO);
    expect(workload).toMatchObject({ path: "traces/t.csv", sha256: ABC });
    expect(resolvedOf(scenario)).toMatchObject({ workload: { path: "traces/t.csv", sha256: ABC } });
  });

  test("is read in pieces where there is a way to", () => {
    const pieces = [Uint8Array.of(97), Uint8Array.of(98, 99)];
    const { workload, readPieces } = load(SCENARIO, { readPieces: () => pieces });
    expect(workload.sha256).toBe(ABC);
    expect(readPieces("traces/t.csv")).toBe(pieces);
  });

  test("is read again by the path that the scenario has", () => {
    const { workload, readPieces } = load(SCENARIO);
    expect([...readPieces(workload.path)]).toEqual([new TextEncoder().encode("abc")]);
  });

  test("makes another scenario of it, and another hash, when its bytes are others", () => {
    const changed = load(SCENARIO, { readPieces: () => [Uint8Array.of(1)] });
    expect(hashOf(resolvedOf(changed.scenario))).not.toBe(hashOf(resolvedOf(load(SCENARIO).scenario)));
  });

  test("that an extended file names is found beside that file", () => {
    const { workload } = loadScenario("extends: ../home/s.yaml\n", { read, path: "away/a.yaml" }).scenario as ReturnType<
      typeof load
    >["scenario"];
    expect(workload).toMatchObject({ path: "../home/traces/t.csv", sha256: ABC });
  });

  test("that is not the one that was noted is refused", () => {
    const other = ABC.replace("b", "c");
    expect(problemsOf(`${SCENARIO}  sha256: ${other}\n`)).toEqual([
      `home/s.yaml:8:3 workload.sha256: ${other} given; wanted ${ABC}, that of traces/t.csv; or the file that was meant`,
    ]);
    expect(problemsOf(`${SCENARIO}  sha256: ${ABC}\n`)).toEqual([]);
  });

  test("that cannot be read is a problem at its path", () => {
    expect(problemsOf(SCENARIO, { set: ["workload.path=none.csv"] })).toEqual([
      "--set 1 workload.path: none.csv given; wanted a file that can be read (no such file)",
    ]);
  });

  test("may be changed for another one in a sweep, whose hash is not known", () => {
    const change = changing(load(SCENARIO).scenario);
    expect(change(["workload.speed=2"]).workload).toMatchObject({ speed: 2, sha256: ABC });
    expect(change(["workload.path=traces/u.csv"]).workload).not.toHaveProperty("sha256");
  });
});
