import { htmlText } from "@tokenyard/report";
import { beforeAll, expect, test } from "vitest";
import { CERTAIN, claimed } from "../../fixtures/claimed.ts";
import { type Audit, audit } from "../audit.ts";
import { auditHtml } from "./audit-html.ts";
import { foundWithUnit } from "./audit-text.ts";

let found: Audit;
let page: string;
beforeAll(async () => {
  const claims = [
    { id: "right", text: "two GPUs", claimed: 2, metric: "gpus" },
    { id: "wrong", text: "three <b>GPUs</b>", section: "Sizes & counts", claimed: 3, metric: "gpus" },
    { id: "very-wrong", claimed: 2000, metric: "gpus" },
    { id: "slow", claimed: "1e9 tokens/ms", comparison: ">=", metric: "throughputPerGpu" },
    { id: "varies", claimed: "10 s", comparison: "<=", metric: "ttft" },
  ];
  const assumed = [{ path: "cluster.gpu.launch", from: "0 s", to: "10 s" }];
  found = await audit(claimed(claims, { ...CERTAIN, assumed, deployment: {} }), { maxReplications: 2 });
  page = auditHtml(found);
});

/** What the page shows of a claim: its class, the cells of its line, and what it opens to. */
function shown(): { readonly look: string; readonly cells: readonly string[]; readonly why: string }[] {
  return [...page.matchAll(/<details class="claim ([a-z-]+)"><summary>(.*?)<\/summary><div class="why">(.*?)<\/div><\/details>/g)].map(
    ([, look, cells, why]) => ({
      look: look!,
      cells: [...cells!.matchAll(/<span class="[a-z]+">((?:[^<]|<span>[^<]*<\/span>)*)<\/span>/g)].map(([, cell]) =>
        cell!.replaceAll(/<\/?span>/g, ""),
      ),
      why: why!,
    }),
  );
}

test("each claim is a line: verdict, the plan's words, one number against one number, how far off; worst first, consequences below", () => {
  const fast = found.claims.find(({ id }) => id === "slow")!;
  const [slow, ...others] = shown().map(({ cells }) => cells);
  expect(slow!.slice(0, 3)).toEqual(["✗ fails", "so it is", `claimed ≥ 1,000,000,000 tokens/ms, found ${foundWithUnit(fast)}`]);
  expect(Number.parseFloat(slow![3]!.replaceAll(",", "")) / (1e9 / fast.found!)).toBeCloseTo(1, 2); // three figures
  expect(others.map((cells) => cells.slice(0, 3))).toEqual([
    ["✗ fails", "three &lt;b&gt;GPUs&lt;/b&gt;", "claimed 3, found 2"],
    ["✗ fails", "↳ so it is", "claimed 2,000, found 2"],
    ["~ depends", "so it is", expect.stringMatching(/^claimed ≤ 10 s, found \S+ \ws$/)],
    ["✓ holds", "two GPUs", "claimed 2, found 2"],
  ]);
});

test("what fails is never coloured as what holds, and every claim has its sign beside the colour", () => {
  const looks = { "✗": "bad", "≠": "bad", "~": "open-claim", "?": "open-claim", "✓": "good" } as const;
  expect(shown()).toHaveLength(found.claims.length);
  for (const { look, cells } of shown()) expect(look).toBe(looks[cells[0]!.charAt(0) as keyof typeof looks]);
});

test("a claim opens to its sentence, to the arithmetic of its checks, and to its place in the plan", () => {
  const of = (id: string) => shown().find(({ why }) => why.includes(`<p class="faint">${id}`))!.why;
  for (const { id, because, checks } of found.claims) {
    expect(of(id)).toContain(`<p>${htmlText(because)}</p>`);
    for (const { formula } of checks) expect(of(id)).toContain(`<td class="left">${htmlText(formula)}</td>`);
  }
  expect(of("wrong")).toContain("wrong · Sizes &amp; counts</p>");
  expect(of("very-wrong")).toContain("follows from wrong</p>");
});

test("the counts are words that agree with their number, and the assumptions name the verdicts that turn on them", () => {
  const counts = [...page.matchAll(/<li class="([a-z-]+)">([^<]*)<\/li>/g)].map(([, look, text]) => `${look}: ${text}`);
  expect(counts).toEqual(["bad: ✗ 3 fail", "open-claim: ~ 1 depends", "good: ✓ 1 holds"]);
  const row = /<tr>(<td class="left">cluster\.gpu\.launch<\/td>.*?)<\/tr>/.exec(page)![1]!;
  expect([...row.matchAll(/<td class="left(?: amount)?">([^<]*)/g)].map(([, cell]) => cell)).toEqual([
    "cluster.gpu.launch",
    "0 s",
    "0 to 10 s",
    "varies",
  ]);
});

test("an audit without a search has no table of ranges, and no script ever", async () => {
  const plain = auditHtml(await audit(claimed([{ claimed: 2, metric: "gpus" }]), { ranges: false, remedies: false }));
  expect(plain).not.toContain("What verdicts turn on");
  expect(page).toContain("What verdicts turn on");
  for (const html of [page, plain]) expect(html).not.toMatch(/<script|<b>|on\w+=/);
});
