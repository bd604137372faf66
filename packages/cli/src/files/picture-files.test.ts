import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";

const HOUSE = fileURLToPath(new URL("../../../..", import.meta.url));
const TWO = join(HOUSE, "scenarios/two-ranks/scenario.yaml");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pictures-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("run writes the pictures that are ordered, and the same run the same bytes", async () => {
  const files = ["a.svg", "b.svg", "where.svg"].map((name) => join(folder, name)) as [string, string, string];
  const [first, second, where] = files;
  const { code, err } = await tokenyard(["run", TWO, "--svg", "timeline", first, "--svg", "timeline", second, "--svg", "where", where]);
  expect([code, err]).toEqual([0, ""]);
  const [a, b, parts] = files.map((file) => readFileSync(file, "utf8")) as [string, string, string];
  expect(a).toBe(b);
  expect(a).toContain("<title>two-ranks: what the GPUs did</title>");
  expect(a).toContain(">stage 0</text>");
  expect(parts).toContain("<title>two-ranks: where the time went</title>");
});

test("--ranks and --from choose what a timeline shows; where alone needs neither", async () => {
  const svg = join(folder, "t.svg");
  expect((await tokenyard(["run", TWO, "--svg", "timeline", svg, "--ranks", "1", "--from", "1 ns"])).code).toBe(0);
  expect(readFileSync(svg, "utf8")).toMatch(/<desc>From 1\.00 ns to .*: rank 1 computes/);
  const { code, err } = await tokenyard(["run", TWO, "--svg", "where", svg, "--ranks", "1"]);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("--ranks: 1 given; wanted --spans FILE, --svg timeline FILE or --timeline beside it"),
  ]);
});

test.each([
  [["pie", "p.svg"], "argument 'pie p.svg' is invalid. wanted timeline, where or map, and a file: --svg timeline plan.svg"],
  [["where"], "argument 'where' is invalid. wanted a file that ends with .svg: --svg where plan.svg"],
  [["where", "plan.yaml"], "argument 'where plan.yaml' is invalid. wanted a file that ends with .svg"],
])("--svg %j is refused with what would work", async (words, message) => {
  const { code, err } = await tokenyard(["run", TWO, "--svg", ...words]);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test("a map has every GPU of the run, in words too, and is of one run", async () => {
  const file = join(folder, "m.svg");
  expect((await tokenyard(["run", TWO, "--svg", "map", file])).code).toBe(0);
  const svg = readFileSync(file, "utf8");
  expect(svg).toMatch(/<desc>Kernels over .*: \d.* % in the mean of 2 GPUs in one node.*\.<\/desc>/);
  expect([...svg.matchAll(/M[\d.]+ [\d.]+h\d+v/g)]).toHaveLength(2);
  const refused = await tokenyard(["run", TWO, "--replications", "2", "--svg", "map", file]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--svg map: 2 replications given; wanted one seed")]);
});

test("a timeline is of one run, while where may be of several seeds", async () => {
  const [timeline, where] = ["t.svg", "w.svg"].map((name) => join(folder, name)) as [string, string];
  const refused = await tokenyard(["run", TWO, "--replications", "2", "--svg", "timeline", timeline]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--svg timeline: 2 replications given; wanted one seed")]);
  expect((await tokenyard(["run", TWO, "--replications", "2", "--workers", "1", "--svg", "where", where])).code).toBe(0);
});

test("the timeline of the README is what run writes", { tags: ["long"] }, async () => {
  const file = join(folder, "timeline.svg");
  const plan = join(HOUSE, "scenarios/deployment-plan/scenario.yaml");
  expect((await tokenyard(["run", plan, "--svg", "timeline", file, "--to", "20 ms"])).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(readFileSync(join(HOUSE, "docs/timeline.svg"), "utf8"));
});
