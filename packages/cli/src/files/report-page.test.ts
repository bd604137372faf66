import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { columnsOf } from "@tokenyard/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, ended, started } from "../fixtures/built.ts";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { commandText, type PageTimeline } from "./report-page.ts";

const home = mkdtempSync(join(tmpdir(), "report-page-"));
let bin: string;
beforeAll(async () => {
  ({ bin } = await built(home));
  writeFileSync(join(home, "plan.yaml"), `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }\n`);
});
afterAll(() => rmSync(home, { recursive: true }));

const run = (...args: string[]) => ended(started(bin, ["run", join(home, "plan.yaml"), ...args]));

test("a report's page has its conclusion and text before any script, the report as data, and a policy under which it asks for nothing", async () => {
  const page = join(home, "report.html");
  const { out, code } = await run("--html", page, "--set", "name=</script><b>", "--replications", "1");
  expect(code).toBe(0);
  const html = readFileSync(page, "utf8");
  const plain = html.slice(0, html.indexOf("<script"));
  const conclusion = out.split(/^─+\n/m)[1]!.split("\n\n")[0]!.replaceAll("\n", " ");
  expect(plain).toContain(`<strong>${conclusion.replaceAll("'", "&#39;")}</strong>`);
  expect(plain).toContain("&lt;/script&gt;&lt;b&gt;");
  const data = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html)![1]!;
  const { report, latencies, command } = JSON.parse(data);
  expect(report.conclusion.sentences.join(" ")).toBe(conclusion);
  expect(report.distributions).toBeUndefined();
  expect(latencies.ttftSeconds.counts.reduce((sum: number, count: number) => sum + count)).toBe(8);
  expect(command).toContain("tokenyard run");
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'unsafe-inline'; img-src data:;/,
  );
});

test("with --timeline a page holds the spans of the run, in the order of their ranks, and without --html it is refused", async () => {
  const page = join(home, "timeline.html");
  expect((await run("--html", page, "--timeline", "--ranks", "0")).code).toBe(0);
  const spans = join(home, "spans.json");
  expect((await run("--spans", spans, "--ranks", "0")).code).toBe(0);
  const { timeline } = JSON.parse(/id="report">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"))![1]!);
  const { letters, ...kept } = timeline as PageTimeline;
  const columns = columnsOf(kept, inflateRawSync(Buffer.from(letters, "base64url")));
  const { traceEvents } = JSON.parse(readFileSync(spans, "utf8")) as {
    traceEvents: { ph: string; pid: number; ts: number; dur: number }[];
  };
  const ofTrace = traceEvents.filter(({ ph, pid }) => ph === "X" && pid === 0).map(({ ts, dur }) => [ts, dur]);
  const byStart = (a: number[], b: number[]) => a[0]! - b[0]! || a[1]! - b[1]!;
  const own = Array.from(columns.spans.startNs, (startNs, at) => [startNs / 1e3, (columns.spans.endNs[at]! - startNs) / 1e3]);
  expect(own.sort(byStart)).toEqual(ofTrace.sort(byStart));
  expect(new Set(columns.spans.rank)).toEqual(new Set([0]));
  expect(new Set(columns.requestSpans!.request).size).toBe(8);
  expect(await run("--timeline")).toMatchObject({
    code: 2,
    err: expect.stringContaining("--timeline: no --html given; wanted it beside --html FILE"),
  });
});

test("a page has the first rank of each stage where a file takes the spans of all", async () => {
  const [page, spans] = [join(home, "both.html"), join(home, "both.json")];
  expect((await run("--html", page, "--timeline", "--spans", spans)).code).toBe(0);
  const { timeline } = JSON.parse(/id="report">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"))![1]!);
  const { letters, ...kept } = timeline as PageTimeline;
  const { rank } = columnsOf(kept, inflateRawSync(Buffer.from(letters, "base64url"))).spans;
  expect([kept.ranks, [...new Set(rank)]]).toEqual([kept.groups.map(({ firstRank }) => firstRank), kept.ranks]);
  const { traceEvents } = JSON.parse(readFileSync(spans, "utf8")) as { traceEvents: { name: string; args: { name?: string } }[] };
  expect(
    traceEvents.filter(({ name, args }) => name === "thread_name" && /^rank \d+ compute$/.test(args.name ?? "")).length,
  ).toBeGreaterThan(1);
});

test("a page takes no other file's place, is of one scenario, and a folder that is not there is said before anything runs", async () => {
  const plan = join(home, "plan.yaml");
  expect((await run("--html", plan)).err).toContain("the scenario, given; wanted a file of its own");
  expect((await run(plan, "--html", join(home, "two.html"))).err).toContain("2 scenarios given; wanted one scenario");
  expect(await run("--html", join(home, "nowhere/report.html"))).toMatchObject({ code: 2, out: "" });
});

test("the report as JSON is the same with and without a page", async () => {
  const alone = await run("--json", "--replications", "1");
  expect((await run("--json", "--replications", "1", "--html", join(home, "report.html"))).out).toBe(alone.out);
});

test("a command is quoted as a shell reads it", () => {
  expect(commandText(["run", "a plan.yaml", "--set", "name=it's"])).toBe(`tokenyard run 'a plan.yaml' --set 'name=it'\\''s'`);
});
