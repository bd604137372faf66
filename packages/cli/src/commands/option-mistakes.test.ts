import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const LOAD = "workload: { kind: batch, sequences: 8, promptTokens: 32, outputTokens: 4 }\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mistakes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test.each<[string, readonly string[], readonly string[]]>([
  [
    "sweep",
    ["--vary", "parallelism.tensr=1", "--where", "x < 1", "--show", "foo", "--sort", "bar", "--against", "q", "--shard", "1", "--resume"],
    ["--resume", "--shard", "--vary", "--where 1", "--show", "--sort", "--against"],
  ],
  ["sweep", ["--slurm", "2", "--json", "--csv"], ["--slurm", "--json", "--csv", "--csv"]],
  ["sweep", ["--vary", "seed=1,2", "--mode", "sobol", "--out", "SELF"], ["--out", "--points"]],
  ["sweep", ["--points", "3"], []], // the scenario's own mode may want points
  [
    "optimize",
    ["--minimize", "foo", "--maximize", "bar", "--vary", "parallelism.tensr=1", "--subject-to", "x < 1", "--budget", "0", "--html", "SELF"],
    ["--html", "--vary", "--budget", "--minimize", "--maximize", "--subject-to 1"],
  ],
  ["optimize", [], ["--minimize"]],
  ["capacity", ["--precision", "x", "--attainment", "300 %", "--subject-to", "q"], ["--precision", "--attainment", "--subject-to 1"]],
  ["compare", ["SELF", "--show", "foo"], ["--show"]],
  ["alerts", ["--prometheus", "SELF"], ["SELF"]],
  [
    "run",
    ["--spans", "SELF", "--requests", "r.txt", "--metrics-only", "a", "--replications", "2"],
    ["--spans", "--requests", "--metrics-only", "--spans", "--requests"],
  ],
])("%s reports mistakes in options %j beside those of a scenario", async (command, options, wanted) => {
  const path = file("a.yaml", `${SMALL_PLAN}${LOAD}sede: 3\n`);
  const args = options.map((option) => (option === "SELF" ? path : option));
  const { code, out, err } = await tokenyard([command, path, ...new Set([...args, "--json"])]);
  expect([code, err]).toEqual([2, ""]);
  const { problems } = JSON.parse(out) as { problems: { file: string; path: string }[] };
  expect(problems.filter((problem) => problem.path === "sede").length).toBeGreaterThan(0);
  const others = problems.filter((problem) => problem.path !== "sede").map((problem) => problem.file);
  expect(others.sort()).toEqual(wanted.map((place) => (place === "SELF" ? path : place)).sort());
});

test.each([
  ["sweep", "--vary", "parallelism.tensr=1"],
  ["optimize", "--minimize", "foo"],
])("%s reports a study file that cannot be written beside its other mistakes", async (command, ...mistake) => {
  const path = file("a.yaml", `${SMALL_PLAN}${LOAD}`);
  const taken = file("taken.duckdb", "");
  const nowhere = join(folder, "no", "study.duckdb");
  for (const [out, why] of [
    [taken, "already exists; --resume continues a study, and no file is overwritten"],
    [nowhere, "cannot be written: no such folder"],
  ] as const)
    for (const more of ["", "sede: 3\n"]) {
      const { code, err } = await tokenyard([command, file("a.yaml", `${SMALL_PLAN}${LOAD}${more}`), ...mistake, "--out", out]);
      expect(code).toBe(2);
      expect(err).toContain(`${out}: ${why}`);
      expect(err).toContain(`${mistake[0]}: `);
    }
  expect((await tokenyard([command, path, ...mistake, "--out", taken, "--resume"])).err).not.toContain("already exists");
});

test("--metrics-every takes whole milliseconds, and says so of anything else", async () => {
  const path = file("a.yaml", `${SMALL_PLAN}${LOAD}`);
  for (const every of ["0 s", "0.5 ms", "1.5 ms", "-1 s", "3", "x"]) {
    const { code, err } = await tokenyard(["run", path, "--metrics", join(folder, "run.om"), "--metrics-every", every]);
    expect([code, err]).toEqual([
      2,
      `--metrics-every: ${every} given; wanted a time in whole milliseconds, from 1 ms, such as 5 s\n1 problem\n`,
    ]);
  }
});

const SERVED = `tokenyard: 1
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 1, rate: 1 requests/s, promptTokens: 8, outputTokens: 4 }
`;

test.each([
  [
    ["--speed", "fast", "--metrics", "foo:*"],
    "--speed fast: wanted a number over 0 and up to 1000, such as 10\n--metrics foo:*: no metric has such a name; wanted names such as 'vllm:*'\n2 problems\n",
  ],
  [["--replica", "7"], "--replica: 7 given; wanted one of the plan's replicas, 0 to 0\n1 problem\n"],
  // an address that is kept for documentation, which no machine has
  [
    ["--host", "192.0.2.1"],
    "--host: 192.0.2.1 given; wanted an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them\n1 problem\n",
  ],
  [
    ["--kv-events", "127.0.0.1:5557", "--speed", "0"],
    "--speed 0: wanted a number over 0 and up to 1000, such as 10\n" +
      "--kv-events 127.0.0.1:5557: wanted an address to listen on, such as tcp://127.0.0.1:5557\n2 problems\n",
  ],
  [["--kv-topic", "kv@a@b"], "--kv-topic kv@a@b: wanted --kv-events with it, which says where events are\n1 problem\n"],
])("mock with %j is refused once, and says nothing of a run", async (args, message) => {
  expect(await tokenyard(["mock", file("served.yaml", SERVED), "--port", "0", ...args])).toEqual({ code: 2, out: "", err: message });
});

test("mock names a port that another program has", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  const { code, err } = await tokenyard(["mock", file("served.yaml", SERVED), "--port", String(port)]);
  expect([code, err]).toEqual([2, `--port ${port}: another program listens there; wanted a free port, or 0 for any\n1 problem\n`]);
  await new Promise((done) => other.close(done));
});
