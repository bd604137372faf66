import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { Database } from "../tables/database.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "experts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(routing = "{}"): string {
  const path = join(folder, "plan.yaml");
  writeFileSync(path, `${SMALL_PLAN}routing: ${routing}\nworkload: { kind: batch, sequences: 8, promptTokens: 100, outputTokens: 4 }\n`);
  return path;
}

test("--experts writes a row for each phase, layer and expert, as CSV and as Parquet, whose copies are those of the report", async () => {
  const path = file();
  const { out } = await tokenyard(["run", path, "--json", "--experts", join(folder, "e.csv")]);
  expect(await tokenyard(["run", path, "--json", "--experts", join(folder, "e.parquet")])).toEqual({ code: 0, out, err: "" });
  expect(readdirSync(folder).sort()).toEqual(["e.csv", "e.parquet", "plan.yaml"]); // no draft is left
  expect(readFileSync(join(folder, "e.csv"), "utf8").split("\r\n")[0]).toBe(
    "phase,layer,expert,copies,kept,reroutedOut,reroutedIn,dropped,masked,overMean,layerLoadVariance,layerDroppedShare,layerReroutedShare,layerMaskedShare",
  );
  const { balance, tokens } = JSON.parse(out);
  const layers = [...balance.expert.prefill.perLayer, ...balance.expert.decode.perLayer];
  const database = await Database.inMemory("test");
  try {
    for (const name of ["e.csv", "e.parquet"]) {
      const from = `FROM '${join(folder, name)}'`;
      const [[rows, copies, most]] = (await database.rows(`SELECT count(*), sum(copies), max(overMean) ${from}`)) as [unknown[]];
      expect(Number(rows)).toBe(layers.length * balance.expert.prefill.leastEven.tokens.length);
      expect(Number(copies)).toBe(tokens.routed);
      expect(Number(most)).toBeGreaterThanOrEqual(1);
    }
  } finally {
    database.close();
  }
});

test("--experts lists what became of copies expert by expert, under rerouting too", async () => {
  const path = file("{ gate: { kind: lognormal, sigma: 1 }, capacityFactor: 1, overflow: { kind: reroute, within: rank } }");
  const { out } = await tokenyard(["run", path, "--json", "--experts", join(folder, "e.parquet")]);
  expect((await tokenyard(["run", path, "--json", "--replications", "1"])).out).toBe(out); // being asked changes nothing
  const { tokens } = JSON.parse(out);
  const database = await Database.inMemory("test");
  try {
    const from = `FROM '${join(folder, "e.parquet")}'`;
    const columns = "sum(copies), sum(kept), sum(reroutedOut), sum(reroutedIn), sum(dropped), sum(masked)";
    const [sums] = await database.rows(`SELECT ${columns} ${from}`);
    const { routed, kept, rerouted, dropped } = tokens;
    expect(sums!.map(Number)).toEqual([routed, kept, rerouted, rerouted, dropped, 0]);
    expect(Math.min(rerouted, dropped)).toBeGreaterThan(0);
    const wrong = "copies <> kept + reroutedOut + dropped + masked OR kept < 0";
    expect(await database.rows(`SELECT * ${from} WHERE ${wrong}`)).toEqual([]);
  } finally {
    database.close();
  }
});

test("--experts is refused for another kind of file, several scenarios or several seeds, before anything runs", async () => {
  const path = file();
  const { code, err } = await tokenyard(["run", path, "--experts", join(folder, "e.txt")]);
  expect([code, err]).toEqual([2, expect.stringContaining("a name that ends in .csv or .parquet")]);
  const several = await tokenyard(["run", path, "--replications", "2", "--experts", join(folder, "e.csv")]);
  expect([several.code, several.err]).toEqual([2, expect.stringContaining("2 replications given; wanted one seed")]);
  expect(readdirSync(folder)).toEqual(["plan.yaml"]);
});
