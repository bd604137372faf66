import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const SCENARIO = `${SMALL_PLAN}seed: 3
workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 4 }
claims:
  - { id: gpus, text: two GPUs, claimed: 2, metric: gpus }
  - { id: quick, text: the first token within 10 s, claimed: 10 s, comparison: <=, metric: ttft }
`;
const WRONG = `${SCENARIO}  - { id: sum, text: "two and two are\\u001b[2J five", section: Sums, claimed: 5, from: 2 + 2 }\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "a.yaml");
  writeFileSync(path, text);
  return path;
}

const AUDIT = ["--workers", "1", "--no-ranges"];

test("audit prints verdicts first, worst first, then the reasons", async () => {
  const { code, out, err } = await tokenyard(["audit", file(WRONG), ...AUDIT]);
  expect([code, err]).toEqual([0, ""]);
  const lines = out.split("\n");
  expect(lines[0]).toMatch(
    /^small · 3 claims · seed 3 · \d+ runs, at most 24 of one scenario · assumptions and policies not searched \(--no-ranges\)$/,
  );
  expect(lines[2]).toMatch(/^The plan does not hold: of 3 claims 1 fails and 2 hold\. “/);
  const at = lines.indexOf("1 fails · 2 hold · 1 root error");
  expect(lines.slice(at + 3, at + 6).map((line) => line.split(/\s+/)[1])).toEqual(["fails", "holds", "holds"]);
  expect(out.match(/^ {4}id (\w+)$/gm)).toEqual(["    id sum", "    id gpus", "    id quick"]);
  expect(out).toContain("The plan's own sum (2 + 2) gives 4, 1.25 times less than the 5 claimed; no assumption enters it.");
  expect(out).not.toContain("\u001b"); // what a file says cannot steer the reader's terminal
});

test("audit --json prints one line, --markdown a table", async () => {
  const path = file(WRONG);
  const json = await tokenyard(["audit", path, ...AUDIT, "--json", "--max-replications", "3"]);
  expect(json.out.trimEnd().split("\n")).toHaveLength(1);
  const { claims, maxReplications } = JSON.parse(json.out) as { claims: { id: string; verdict: string }[]; maxReplications: number };
  expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["gpus", "holds"],
    ["quick", "holds"],
    ["sum", "fails"],
  ]);
  expect(maxReplications).toBe(3);
  const markdown = await tokenyard(["audit", path, ...AUDIT, "--markdown"]);
  expect(markdown.out).toMatch(/^## Audit of small\n\n1 fails, 2 holds, 1 root error\./);
  expect(markdown.out).toContain("| **fails** | `sum` |");
});

test("audit --strict exits with 1 when a claim fails, and only then", async () => {
  expect((await tokenyard(["audit", file(WRONG), ...AUDIT, "--strict"])).code).toBe(1);
  expect((await tokenyard(["audit", file(SCENARIO), ...AUDIT, "--strict"])).code).toBe(0);
});

test("audit of a scenario without claims has nothing to say, and says what it wants", async () => {
  const { code, out, err } = await tokenyard(["audit", file(SCENARIO.slice(0, SCENARIO.indexOf("claims:")))]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/claims: nothing given; wanted claims to audit, such as /);
});

test("a malformed claim is reported with its line, its column and the nearest metric, before anything runs", async () => {
  const path = file(
    `${SCENARIO}  - { id: slow, text: x, claimed: 1 s, metric: tftt }\n  - { id: big, text: x, claimed: 1 GB, metric: ttft }\n`,
  );
  const { code, out, err } = await tokenyard(["audit", path, ...AUDIT]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`${path}:17:40 claims.2.metric: unknown name tftt`);
  expect(err).toContain("did you mean ttft?");
  expect(err).toContain(`${path}:18:25 claims.3.claimed: 1 GB given; wanted a quantity in s, the unit of ttft`);
  const json = await tokenyard(["audit", path, ...AUDIT, "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ problems: [{ line: 17, suggestion: "ttft" }, { line: 18 }] });
});

test("schema audit prints the schema of what audit --json prints", async () => {
  const { required } = JSON.parse((await tokenyard(["schema", "audit"])).out) as { required: string[] };
  const printed = JSON.parse((await tokenyard(["audit", file(SCENARIO), ...AUDIT, "--json"])).out) as object;
  expect(Object.keys(printed)).toEqual(required);
});

test("all that is wrong with claims is reported at once, in the order of the lines: in themselves, and in what they name", async () => {
  const claims = [
    "{ id: two, text: t, claimed: 2, metric: gpuz }",
    "{ id: two, text: t, claimed: 2, metric: gpus, given: { paralelism.data: 2 } }",
    "{ id: three, text: t, claimed: 3 GX, metric: foo }",
    "{ id: four, text: t, claimed: 4, from: three + 1 }", // hangs on a value that cannot be read
    "{ id: five, text: t, claimed: 5, from: zork + 1 }",
    "7",
  ];
  const list = claims.map((claim) => `  - ${claim}\n`).join("");
  const readings = "deployment: { readings: { x: { paralelism.data: 2 } } }\n";
  const placesOf = async (text: string) => {
    const { code, out } = await tokenyard(["audit", file(text), "--json"]);
    expect(code).toBe(2);
    return (JSON.parse(out).problems as { path: string }[]).map(({ path }) => path);
  };
  const before = SCENARIO.slice(0, SCENARIO.indexOf("  - { id: gpus"));
  const all = ["claims.0.metric", "claims.1.id", "claims.1.given.paralelism.data", "claims.2.claimed", "claims.4.from", "claims.5"];
  expect(await placesOf(`${before}${list}`)).toEqual(all);
  expect(await placesOf(`${before}${list}${readings}`)).toEqual([...all, "deployment.readings.x.paralelism.data"]);
  expect(await placesOf(`${before}${list}deployment: { reading: {} }\n`)).toEqual([...all, "deployment.reading"]);
  expect(await placesOf(`${before}${list}sede: 3\n`)).toEqual([...all, "sede"]);
  const madeOfIt = "  - { id: six, text: t, claimed: 6, metric: gpus, given: { parallelism.expert: none } }\n";
  expect(await placesOf(`${before}${list}${madeOfIt}`)).toEqual([...all, "claims.6.given.parallelism.expert"]);
  expect(await placesOf(`${before}${list}${madeOfIt}sede: 3\n`)).toEqual([...all, "sede"]); // what values make of a scenario is not known then
});
