// Holds our alerts against Prometheus: `pnpm test:promtool [CASES [SEED]]` draws samples and rules, writes them as `tokenyard alerts --prometheus` does, and has promtool say when each alert is pending and fires.
// Then backfills a Prometheus.
// Needs promtool and prometheus 2.x: `apt-get install prometheus`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { durationText, rulesFile, testFile, valueExpression } from "@tokenyard/metrics";
import { Streams } from "@tokenyard/random";
import { backfillProblems } from "./backfill.ts";
import { type Draw, type DrawnWatch, drawnWatch } from "./drawn-watch.ts";

const CASES = Number(process.argv[2] ?? 200);
const SEED = Number(process.argv[3] ?? 1);

/** What rules hold against their bounds, at some instants; promtool compares it within a millionth. */
function valueTests({ watch: { everyMs, rules }, outcomes, readings }: DrawnWatch, draw: Draw): string {
  const lines = rules.flatMap((rule, r) =>
    Array.from({ length: 4 }, () => draw(readings[r]!.length)).flatMap((at) => {
      const values = readings[r]![at]!;
      if (values.some(Number.isNaN)) return [];
      const samples = [...values.entries()].flatMap(([g, value]) => {
        const labels = rule.by.map((label, i) => `${label}="${outcomes[r]!.labels[g]![i]!}"`).join(",");
        return [`    - labels: '{${labels}}'`, `      value: ${value}`];
      });
      return [`  - expr: '${valueExpression(rule)}'`, `    eval_time: ${durationText(at * everyMs)}`, "    exp_samples:", ...samples];
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}

const version = spawnSync("promtool", ["--version"], { encoding: "utf8" });
if (version.error !== undefined) {
  console.error("promtool is not installed: it comes with Debian's prometheus, as in apt-get install prometheus");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "tokenyard-promtool-"));
try {
  const streams = new Streams(SEED);
  let fired = 0;
  let pending = 0;
  const files = Array.from({ length: CASES }, (_, i) => {
    const stream = streams.stream(`alerts/${i}`);
    const draw: Draw = (below) => Math.floor(stream.next() * below);
    const drawn = drawnWatch(draw);
    const { watch, outcomes, samples } = drawn;
    for (const outcome of outcomes) {
      fired += outcome.fired;
      pending += outcome.held - outcome.fired;
    }
    const own = join(folder, String(i));
    mkdirSync(own);
    writeFileSync(join(own, "rules.yml"), rulesFile(watch));
    writeFileSync(join(own, "test.yml"), testFile(watch, outcomes, samples) + valueTests(drawn, draw));
    return join(own, "test.yml");
  });
  const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  const agreed = stdout.match(/SUCCESS/g)?.length ?? 0;
  console.log(`${CASES} cases, ${fired} alerts that fired, ${pending} that did not: promtool agrees with ${agreed}`);
  if (status !== 0 || agreed !== CASES) {
    console.error(stderr.slice(0, 6_000));
    process.exitCode = 1;
  }
  if (process.env["KEEP"] !== undefined) console.log(folder);
  const problems = await backfillProblems(mkdtempSync(join(folder, "backfill-")));
  console.log(`a Prometheus with the series of a run: ${problems.length} of the dashboard's panels and the report's numbers are not there`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  if (process.env["KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
}
