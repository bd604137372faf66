import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { refusalOf } from "./files/written.ts";
import { SMALL_PLAN } from "./fixtures/small-plan.ts";
import { tokenyard } from "./fixtures/tokenyard.ts";

const home = mkdtempSync(join(tmpdir(), "full-disk-"));
const device = mkdtempSync(join(tmpdir(), "device-"));
/** A file system of one megabyte, where this process may make one. */
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", device]).status === 0;
const scenario = join(home, "small.yaml");
writeFileSync(scenario, `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }\n`);
const vary = ["--vary", "workload.sequences=1..3", "--workers", "1"];

afterAll(() => {
  if (isMounted) execFileSync("umount", [device]);
  for (const folder of [home, device]) rmSync(folder, { recursive: true });
});
beforeEach(() => {
  for (const file of readdirSync(device)) rmSync(join(device, file), { recursive: true });
});

/** Leaves so many bytes of the device. */
function leaving(bytes: number): void {
  writeFileSync(join(device, "others"), new Uint8Array((1 << 20) - bytes));
}

const noSpace = (path: string) => ({ code: 2, out: "", err: `${path}: cannot be written: no space left\n1 problem\n` });

test.runIf(isMounted).each([0, 1 << 13, 1 << 17, 1 << 19])(
  "a study that finds room for %d bytes reports that no space is left, and leaves nothing",
  async (bytes) => {
    leaving(bytes);
    const study = join(device, "study.duckdb");
    expect(await tokenyard(["sweep", scenario, ...vary, "--out", study])).toEqual(noSpace(study));
    expect(readdirSync(device)).toEqual(["others"]);
  },
);

const LOG_STAYS = "where %s, the log that stays beside a study is reported, and --resume makes them one elsewhere";
test.runIf(isMounted).each([["the file cannot be made one at its end", 60, { code: 0, err: "" }]] as const)(LOG_STAYS, isMadeOne);
test.runIf(isMounted).each([["a row finds no room", 400, { code: 2, err: "%: cannot be written: no space left\n1 problem\n" }]] as const)(
  LOG_STAYS,
  { tags: "long" },
  isMadeOne,
);

async function isMadeOne(_: string, points: number, expected: { readonly code: number; readonly err: string }): Promise<void> {
  leaving(1 << 20);
  const study = join(device, "study.duckdb");
  const many = ["--vary", `workload.sequences=1..${points}`, "--workers", "1"];
  const { code, err } = await tokenyard(["sweep", scenario, ...many, "--out", study]);
  const left = `${study}.wal: has results that found no room in ${study}; keep the two together: query reads both, and --resume makes them one where there is room\n`;
  expect({ code, err }).toEqual({ ...expected, err: `${left}${expected.err.replace("%", study)}` });
  const [moved, log] = [join(home, `moved-${points}.duckdb`), join(home, `moved-${points}.duckdb.wal`)];
  copyFileSync(study, moved);
  copyFileSync(`${study}.wal`, log);
  const again = await tokenyard(["sweep", scenario, ...many, "--out", moved, "--resume"]);
  expect(again).toMatchObject({ code: 0, err: expect.stringMatching(/^\S+: has \d+ points of this study\n$/) });
  expect(again.out).toContain(`${points} points: ${points} ran`);
  expect(existsSync(log)).toBe(false);
}

test.runIf(isMounted).each(["rows.csv", "rows.jsonl", "rows.parquet"])(
  "an export to a full device is the destination's fault, not its source's, and leaves nothing: %s",
  async (name) => {
    const study = join(home, `${name}.duckdb`);
    expect((await tokenyard(["sweep", scenario, ...vary, "--out", study])).code).toBe(0);
    const before = readFileSync(study);
    leaving(0);
    const destination = join(device, name);
    expect(await tokenyard(["export", study, destination])).toEqual(noSpace(destination));
    expect(readdirSync(device)).toEqual(["others"]);
    expect(readFileSync(study).equals(before)).toBe(true);
  },
);

test.runIf(isMounted)("reports that find too little room leave nothing, nor a folder that was made for them", async () => {
  leaving(1 << 13);
  const folder = join(device, "in/reports");
  expect(await tokenyard(["run", scenario, "--out", folder])).toMatchObject({ code: 2, err: noSpace(folder).err });
  expect(readdirSync(device)).toEqual(["others"]);
});

test("a file that may not grow is reported as such", () => {
  const refused = (code: string) => refusalOf("f", Object.assign(new Error("no"), { code, syscall: "write" }))?.message;
  expect([refused("EFBIG"), refused("EDQUOT")]).toEqual([
    "cannot be written: larger than a file may be there",
    "cannot be written: no space left in the quota",
  ]);
});

test.runIf(isMounted)("a full device is reported before anything runs", async () => {
  leaving(0);
  const none = () => {
    throw new Error("it ran");
  };
  const simulation = { ...(await import("@tokenyard/simulator")), start: none };
  for (const [option, name] of [
    ["--out", "reports"],
    ["--spans", "spans.json"],
    ["--requests", "rows.csv"],
    ["--requests", "rows.parquet"],
  ] as const) {
    const path = join(device, name);
    expect(await tokenyard(["run", scenario, option, path], { simulation })).toEqual(noSpace(path));
  }
  const page = join(device, "page.html");
  const unseen = join(home, "unseen.duckdb");
  for (const command of [
    ["sweep", ...vary],
    ["optimize", "--minimize", "gpus"],
  ]) {
    expect(await tokenyard([...command, scenario, "--html", page, "--out", unseen], { simulation })).toEqual(noSpace(page));
  }
  expect(readdirSync(home)).not.toContain("unseen.duckdb");
  expect(readdirSync(device)).toEqual(["others"]);
});

test("a place that cannot be is refused before anything runs, with all other mistakes", async () => {
  const nowhere = join(home, "no/such/place");
  const { code, out, err } = await tokenyard([
    "run",
    scenario,
    "--spans",
    `${nowhere}.json`,
    "--out",
    join(scenario, "reports"),
    "--ranks",
    "9",
  ]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(`${nowhere}.json: cannot be written: no such folder`);
  expect(err).toContain(`${join(scenario, "reports")}: cannot be written: a file stands where a folder is wanted`);
  expect(err).toContain("--ranks: rank 9 given");
  expect(await tokenyard(["sweep", scenario, ...vary, "--html", home])).toMatchObject({
    code: 2,
    err: expect.stringContaining(`${home}: cannot be written: a folder stands where a file is wanted`),
  });
});
