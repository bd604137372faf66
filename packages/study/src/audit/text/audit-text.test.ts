import { beforeAll, describe, expect, test } from "vitest";
import { claimed } from "../../fixtures/claimed.ts";
import { type Audit, audit } from "../audit.ts";
import { amount, factor } from "../claims/amount-text.ts";
import { auditMarkdown } from "./audit-markdown.ts";
import { auditText } from "./audit-text.ts";

let found: Audit;
beforeAll(async () => {
  const claims = [
    { id: "right", text: "two GPUs", claimed: 2, metric: "gpus" },
    { id: "wrong", text: "three | GPUs", section: "Sizes", claimed: 3, metric: "gpus" },
    { id: "very-wrong", claimed: 2000, metric: "gpus" },
    { id: "slow", claimed: "1e9 tokens/ms", comparison: ">=", metric: { whole: "throughputPerGpu", decode: "decodeThroughputPerGpu" } },
    { id: "half", claimed: 1, from: "right / 1" },
    { id: "varies", claimed: "10 s", comparison: "<=", metric: "ttft" },
  ];
  const lanes = { path: "serving.overlap", because: "a lane takes what came first" };
  const assumed = [{ path: "cluster.gpu.launch", from: "0 s", to: "10 s" }, lanes, "cluster.network"];
  const readings = { once: {}, twice: { "parallelism.data": 2 } };
  found = await audit(claimed(claims, { assumed, deployment: { readings } }), { maxReplications: 6 });
});

describe("as text", () => {
  test("verdicts stand first, worst first: of root errors the farthest off, with what follows from each under it", () => {
    const lines = auditText(found).split("\n");
    const at = lines.findIndex((line) => line.startsWith("4 fail"));
    expect(lines.slice(2, at - 1).join(" ")).toBe(found.conclusion.sentences.join(" "));
    expect(lines[at]).toBe("4 fail · 1 inconsistent · 1 depends · 1 holds · 3 root errors, 2 consequences");
    expect(lines[at + 2]).toMatch(/^ {2}verdict {6}what the plan says +claimed +found +off$/);
    const rows = lines.slice(at + 3, at + 10).map((line) => line.slice(2).replace(/ +/g, " ").trim());
    const [slow, slower, wrong, wronger, half, varies, right] = rows;
    expect([wrong, wronger, right]).toEqual([
      "fails three | GPUs 3 4 1.33×",
      "fails ↳ so it is 2,000 4 500×", // for the same number
      "holds two GPUs 2 2",
    ]);
    expect([slow, slower]).toEqual([
      expect.stringMatching(/^fails decode: so it is ≥ .* tokens\/ms \S+ tokens\/ms/),
      expect.stringMatching(/^fails ↳ whole: so it is /),
    ]);
    expect([half, varies]).toEqual([expect.stringMatching(/^inconsistent so it is /), expect.stringMatching(/^depends so it is /)]);
  });

  test("a claim that follows from another says so, and one that fails names the search that did not save it", () => {
    const flat = auditText(found).replace(/\s+/g, " ");
    expect(flat).toContain("✗ so it is id very-wrong · follows from wrong");
    const { single, joint, runs } = found.claims.find(({ id }) => id === "slow/decode")!.search!;
    expect([single, runs]).toEqual([1, 2]); // one end of the range, as the other is assumed, and two seeds, as it is the nearest and named
    const size = `at none of the ${single + joint} points searched inside the assumed ranges does it hold (1 with one assumption changed`;
    expect(flat).toContain(size);
  });

  test("what was assumed stands last: first what has a range, with the verdicts that turn on it, then all else with its reason", () => {
    const text = auditText(found);
    const last = text.slice(text.indexOf("Assumed, with the ranges tried"));
    expect(last).toMatch(/^ {2}cluster\.gpu\.launch 0 s \(0 to 10 s\): turns varies/m);
    const others = last.slice(last.indexOf("Assumed besides")).split("\n");
    expect(others[1]).toBe("  serving.overlap none (a lane takes what came first)");
    expect(others.slice(2).join(" ").replace(/ +/g, " ")).toContain(" cluster.network {kind: ");
  });

  test("one claim is one, and runs have thousands set apart", () => {
    const [head] = auditText({ ...found, claims: found.claims.slice(0, 1), readings: [], runs: 1234 }).split("\n");
    expect(head).toMatch(/ · 1 claim · seed 7 · 1,234 runs, at most 6 of one scenario$/);
  });

  test("no line is longer than the page, and every claim's reason is printed", () => {
    const text = auditText(found, { width: 90 });
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(90);
    const flat = text.replace(/\s+/g, " ");
    for (const { because } of found.claims) expect(flat).toContain(because.replace(/\s+/g, " "));
  });

  test("tones go around whole phrases", () => {
    const text = auditText(found, { ink: (phrase, tone) => `<${tone}>${phrase}</${tone}>` });
    expect(text.replace(/<\/?(good|bad|doubtful|strong|faint)>/g, "")).toBe(auditText(found));
    expect(text).toContain("<bad>✗ fails        </bad>");
  });
});

test("as Markdown each claim is a row of a table whose cells stay cells", () => {
  const lines = auditMarkdown(found).split("\n");
  const rows = lines.filter((line) => line.startsWith("| **"));
  expect(rows).toHaveLength(found.claims.length);
  for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(10);
  expect(lines.filter((line) => line.startsWith("- `slow/"))).not.toEqual([]);
  expect(auditMarkdown(found)).toContain("three \\| GPUs (Sizes)");
});

test("amounts have three figures, a unit that fits, and thousands set apart", () => {
  expect(amount(0.0187434, "s")).toBe("18.7 ms");
  expect(amount(480_000, "tokens/ms")).toBe("480,000 tokens/ms");
  expect(amount(2_113_536, "B")).toBe("2.11 MB");
  expect(amount(0.95405, "%")).toBe("95.4 %");
  expect(amount(285_343_744, "")).toBe("285 M");
  expect(amount(32_000, "")).toBe("32,000");
  expect(amount(0, "B")).toBe("0 B");
  expect(amount(1e-12, "s")).toBe("<1 ns");
  expect(amount(-0.002, "s")).toBe("−2 ms");
  expect(amount(null, "s")).toBe("–");
  expect([factor(1.2), factor(35.046), factor(6741)]).toEqual(["1.20", "35.0", "6,740"]);
});
