import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trace-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function trace(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

const WANTED = "# copies of each expert, a row for each of layers 1 3\n2,0,1,1\n0,4,0,0\n";

test("a trace with a row for each copy, or for each token, becomes a table of copies by layer and expert", async () => {
  const copies = trace("copies.csv", "token,layer,expert\n0,1,0\n0,1,2\n1,1,0\n1,1,3\n0,3,1\n0,3,1\n1,3,1\n1,3,1\n");
  const tokens = trace("tokens.csv", "layer,expert0,expert_1\n1,0,2\n1,3,0\n3,1,1\n3,1,1\n");
  expect(await tokenyard(["experts", copies, at("a.csv")])).toEqual({ code: 0, out: "2 layers of 4 experts, 8 copies\n", err: "" });
  expect(await tokenyard(["experts", tokens, at("b.csv")])).toEqual({ code: 0, out: "2 layers of 4 experts, 8 copies\n", err: "" });
  const database = await Database.inMemory("test");
  try {
    const rows = "(VALUES (1, [0, 2]), (1, [3, 0]), (3, [1, 1]), (3, [1, 1])) AS t(layer, experts)";
    await database.run(`COPY (SELECT * FROM ${rows}) TO '${at("lists.parquet")}' (FORMAT parquet)`);
  } finally {
    database.close();
  }
  expect(await tokenyard(["experts", at("lists.parquet"), at("c.csv")])).toEqual({
    code: 0,
    out: "2 layers of 4 experts, 8 copies\n",
    err: "",
  });
  for (const name of ["a.csv", "b.csv", "c.csv"]) expect(readFileSync(at(name), "utf8")).toBe(WANTED);
});

test("a recorded gate reads the table, with as many experts as asked for, and a run has its proportions", async () => {
  const tokens = Array.from({ length: 300 }, (_, i) => `${i % 2},${i % 3 === 0 ? 0 : 1}`).join("\n");
  const path = trace("tokens.csv", `layer,expert\n${tokens}\n`);
  expect((await tokenyard(["experts", path, at("copies.csv"), "--experts", "4"])).code).toBe(0);
  writeFileSync(
    at("plan.yaml"),
    `${SMALL_PLAN}routing: { gate: { kind: recorded, file: copies.csv } }\nworkload: { kind: batch, sequences: 64, promptTokens: 1000, outputTokens: 1 }\n`,
  );
  const { code, out } = await tokenyard(["run", at("plan.yaml"), "--json", "--per-expert"]);
  expect(code).toBe(0);
  const [first] = JSON.parse(out).balance.expert.prefill.perLayer;
  expect(first.tokens.slice(2)).toEqual([0, 0]);
  expect(first.tokens[0] / 64_000).toBeCloseTo(1 / 3, 2);
});

test("a trace with times becomes a table for each interval, and the gate that reads them, which a run follows", async () => {
  const rows = ["time,layer,expert", "100,0,0", "100.5,1,1", "109,0,0", "131,0,1", "131,0,1", "145,1,0", "145,0,0"];
  const path = trace("timed.csv", `${rows.join("\n")}\n`);
  const { code, out } = await tokenyard(["experts", path, at("copies.csv"), "--every", "10 s", "--experts", "2"]);
  expect([code, out.split("\n")[0]]).toEqual([0, "2 layers of 2 experts, 7 copies, 3 tables"]);
  const table = (name: string) => readFileSync(at(name), "utf8").split("\n").slice(1, 3);
  expect(["copies.csv", "copies.1.csv", "copies.2.csv"].map(table)).toEqual([
    ["2,0", "0,1"],
    ["0,2", "0,1"], // of layer 1 that of before
    ["1,0", "1,0"],
  ]);
  const gate = out.split("\n").slice(1).join("\n");
  expect(gate).toContain("- { at: 30 s, file: copies.1.csv }\n      - { at: 40 s, file: copies.2.csv }");
  const small = SMALL_PLAN.replace(/count: \d+/, "count: 2");
  writeFileSync(at("plan.yaml"), `${small}${gate}workload: { kind: batch, sequences: 8, promptTokens: 100, outputTokens: 1 }\n`);
  const run = await tokenyard(["run", at("plan.yaml"), "--json"]);
  expect([run.code, run.err]).toEqual([0, expect.anything()]);
});

test("what is no trace is refused with what would work, and nothing is written", async () => {
  const refused = async (args: readonly string[], wanted: string) => {
    const { code, err } = await tokenyard(["experts", ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(wanted)]);
  };
  await refused([at("none.csv"), at("out.csv")], "no such file");
  await refused([trace("a.txt", ""), at("out.csv")], "a trace whose name ends in .csv or .parquet");
  const good = trace("good.csv", "layer,expert\n0,5\n");
  await refused([good, at("out.json")], "a name that ends in .csv");
  await refused([good, good], "nothing is written over");
  await refused([good, at("out.csv"), "--experts", "5"], "at least 6");
  await refused([good, at("out.csv"), "--every", "10"], "--every: 10");
  await refused([good, at("out.csv"), "--every", "10 s"], "wanted a column time");
  await refused(
    [trace("e.csv", "time,layer,expert\n0,0,1\nsoon,0,1\n"), at("out.csv"), "--every", "10 s"],
    "the first with layer 0 and expert 1 and time soon, given; wanted a time in seconds of each",
  );
  await refused([trace("b.csv", "token,expert\n0,1\n"), at("out.csv")], "wanted a column layer");
  await refused([trace("c.csv", "layer,chosen\n0,1\n"), at("out.csv")], "wanted a column expert");
  await refused(
    [trace("d.csv", "layer,expert\n0,-1\n0,2.5\n0,1\n"), at("out.csv")],
    "2 choices with other things, the first with layer 0 and expert -1, given",
  );
  await refused([trace("e.csv", "layer,expert\n0,99999999\n"), at("out.csv")], "expert 99999999 given; wanted experts up to 65535");
  await refused([trace("f.csv", "layer,expert\n0,1\n"), at("out.csv"), "--experts", "70000"], "70000 given; wanted at most 65536");
  await refused([trace("g.parquet", ""), at("out.csv")], "g.parquet: no Parquet file, or one that was cut short");
  await refused([trace("h.parquet", "not one, though long enough to be"), at("out.csv")], "h.parquet: no Parquet file");
  await refused([trace("i.csv", '"a,b\n1\u0000,"2"",,\n"x'), at("out.csv")], "i.csv: ");
  expect(existsSync(at("out.csv"))).toBe(false);
});
