import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { htmlText } from "@tokenyard/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, ended, started } from "../fixtures/built.ts";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";

const LOAD = `workload: { kind: open, requests: 60, rate: 1 requests/s, arrivals: constant, promptTokens: 64, outputTokens: 4 }
serving: { scheduler: continuous }
targets: { ttft.p99: 1 s }
`;
const PLANS = {
  load: LOAD,
  alerts: `${LOAD}faults: [{ kind: gpu-lost, at: 20 s, for: 20 s, ranks: [1] }]
health: { exit: 1 s, onLoss: { kind: restart, time: 0 s }, inFlight: migrate }
alerts: { every: 5 s, rules: [{ name: Down, metric: replicasDown, by: [replica], above: 0, for: 10 s }, { name: Full, metric: memoryShare, above: 1 % }] }
`,
  years: `${LOAD}health: { preset: vllm-stock, probe: { every: 10 s } }
availability: { preset: rsc-1, mtbfPerNode: 5000 h, rate: 5 requests/s }
`,
  claims: `workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }
claims:
  - { id: gpus, text: two GPUs, claimed: 2, metric: gpus }
  - { id: sum, text: "<b>two and two are five", section: Sums, claimed: 5, from: 2 + 2 }
`,
} as const;

const home = mkdtempSync(join(tmpdir(), "answer-page-"));
let bin: string;
beforeAll(async () => {
  ({ bin } = await built(home));
  for (const [name, rest] of Object.entries(PLANS)) writeFileSync(plan(name as keyof typeof PLANS), SMALL_PLAN + rest);
});
afterAll(() => rmSync(home, { recursive: true }));

function plan(name: keyof typeof PLANS): string {
  return join(home, `${name}.yaml`);
}

const COMMANDS: readonly (readonly [name: string, words: readonly (string | number)[]])[] = [
  ["audit", ["claims", "--no-ranges", "--no-remedies", "--workers", 1]],
  ["availability", ["years", "--years", 8]],
  ["capacity", ["load", "--replications", 1, "--to", "4 requests/s", "--workers", 1]],
  ["alerts", ["alerts"]],
  ["compare", ["load", "claims", "--replications", 2, "--workers", 1]],
];

test.each(COMMANDS)(
  "the page of %s opens with its conclusion, and has command, assumptions and scenario without any script or address",
  async (name, words) => {
    const page = join(home, `${name}.html`);
    const args = [name, ...words.map((word) => (word in PLANS ? plan(word as keyof typeof PLANS) : String(word)))];
    const { out, code, err } = await ended(started(bin, [...args, "--json", "--set", "name=</title><b>", "--html", page]));
    expect([code, err.includes("problem")], err).toEqual([0, false]);
    const { verdict, sentences } = JSON.parse(out).conclusion as { verdict: string; sentences: string[] };
    const html = readFileSync(page, "utf8");
    expect(html).toContain(`<p class="conclusion ${verdict}"><strong>${htmlText(sentences.join(" "))}</strong></p>`);
    const [, warnings = ""] = /<h2>Warnings<\/h2>(.*?)<h2>/s.exec(html) ?? [];
    const items = [...warnings.matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item);
    expect(items).toEqual([...new Set(items)]);
    expect(items.some((item) => item?.includes("alert-"))).toBe(name === "alerts");
    expect(html).not.toMatch(/<script|<b>|https?:|src=|@import|url\(/);
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';/);
    expect(html).toContain(`<code>${htmlText(`tokenyard ${name} `)}`);
    expect(html).toContain("<li>cluster.gpu.memoryShare 90 %</li>");
    expect(html).toMatch(/with every default<\/summary><pre tabindex="0">tokenyard: 1\n/);
    expect(html.match(/<(section|main|details|table|ul|div)\b/g)!.length).toBe(
      html.match(/<\/(section|main|details|table|ul|div)>/g)!.length,
    );
  },
);

test("a page takes the place of no scenario, and a folder that is not there is said before anything runs", async () => {
  const file = plan("claims");
  const audit = (html: string) => ended(started(bin, ["audit", file, "--html", html]));
  expect(await audit(file)).toMatchObject({ code: 2, out: "" });
  const nowhere = join(home, "nowhere/page.html");
  const { code, out, err } = await audit(nowhere);
  expect([code, out, existsSync(nowhere)]).toEqual([2, "", false]);
  expect(err).toContain("no such folder");
});
