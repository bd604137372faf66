import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as simulator from "@tokenyard/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";

const LENGTHS = "promptTokens: { kind: uniform, from: 1, to: 400 }, outputTokens: 6";
const LOAD = `${SMALL_PLAN}workload:
  kind: open
  rate: 20000 requests/s
  requests: 120
  classes: [{ name: "a, b", ${LENGTHS} }, { name: c, ${LENGTHS} }]
serving: { scheduler: { kind: continuous, maxSequences: 4, tokenBudget: 512 } }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "requests-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string = LOAD, name = "load.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function asked(sql: string) {
  const database = await Database.inMemory("test");
  try {
    return await database.rows(sql);
  } finally {
    database.close();
  }
}

test("--requests writes a row for each request, as CSV and as Parquet, from which the report's percentiles come back", async () => {
  const path = file();
  const { out } = await tokenyard(["run", path, "--json", "--requests", join(folder, "rows.csv")]);
  expect(await tokenyard(["run", path, "--json", "--requests", join(folder, "rows.parquet")])).toEqual({ code: 0, out, err: "" });
  expect(readdirSync(folder).sort()).toEqual(["load.yaml", "rows.csv", "rows.parquet"]); // no draft is left
  const [head] = readFileSync(join(folder, "rows.csv"), "utf8").split("\r\n");
  expect(head).toBe(
    "request,class,session,replica,arrivedNs,startedNs,firstTokenNs,finishedNs,queueNs,promptTokens,outputTokens,preemptions,attempts,status,counts",
  );
  const report = JSON.parse(out);
  const sql = (rows: string) => `
    SELECT count(*), min(class), quantile_disc(firstTokenNs - arrivedNs, 0.99), max(queueNs), sum(promptTokens), bool_and(counts), max(session)
    FROM '${join(folder, rows)}'`;
  for (const rows of ["rows.csv", "rows.parquet"]) {
    const [[count, first, ttft, queue, tokens, counts, session]] = (await asked(sql(rows))) as [unknown[]];
    expect([Number(count), first, Number(tokens), counts, session]).toEqual([120, "a, b", report.tokens.prompt, true, null]);
    expect([Number(ttft) / 1e9, Number(queue) / 1e9]).toEqual([report.ttftSeconds.p99, report.queueSeconds.max]);
  }
  const types = await asked(`SELECT column_name, column_type FROM (DESCRIBE FROM '${join(folder, "rows.parquet")}')`);
  expect(Object.fromEntries(types)).toMatchObject({ request: "BIGINT", class: "VARCHAR", replica: "INTEGER", counts: "BOOLEAN" });
});

test("a file that is there is replaced by a whole one; a run that fails leaves it as it was", async () => {
  const rows = join(folder, "rows.csv");
  writeFileSync(rows, "before");
  const failing = {
    ...simulator,
    start: (setup: simulator.Setup, options: simulator.RunOptions) => {
      const run = simulator.start(setup, options);
      return {
        advance: () => {
          run.advance(100);
          throw new Error("planted");
        },
        progress: () => run.progress(),
        recording: () => run.recording(),
      };
    },
  };
  const args = ["run", file(), "--json", "--requests", rows];
  expect((await tokenyard(args, { simulation: failing })).code).toBe(3);
  expect(readFileSync(rows, "utf8")).toBe("before");
  expect(readdirSync(folder).sort()).toEqual(["load.yaml", "rows.csv"]);
  expect((await tokenyard(args)).code).toBe(0);
  expect(readFileSync(rows, "utf8").split("\r\n")).toHaveLength(122);
});

test("what cannot be written is refused before the run", async () => {
  const path = file();
  const refused = async (requests: string, ...more: string[]) => {
    const { code, out, err } = await tokenyard(["run", path, ...more, "--requests", requests]);
    expect([code, out]).toEqual([2, ""]);
    return err;
  };
  expect(await refused("rows.txt")).toContain("--requests: rows.txt given; wanted a name that ends in .csv or .parquet");
  expect(await refused(join(folder, "rows.csv"), file(LOAD, "two.yaml"))).toContain("--requests: 2 scenarios given; wanted one scenario");
  expect(await refused(join(folder, "none/rows.parquet"))).toContain("cannot be written: no such folder");
  mkdirSync(join(folder, "there.csv"));
  expect(await refused(join(folder, "there.csv"))).toContain("cannot be written: a folder stands where a file is wanted");
});
