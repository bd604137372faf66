// A sweep by Slurm as docs/distributed.md says: shards, then workers of a queue. Called from `.ci/slurm`, which starts the daemons.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("bin/tokenyard.js", import.meta.url));
const PLAN = fileURLToPath(new URL("../../scenarios/two-ranks/scenario.yaml", import.meta.url));
const SWEEP = [
  "sweep",
  "plan.yaml",
  "--vary",
  "seed=1..60",
  "--vary",
  "parallelism.tensor=1,3",
  "--where",
  "ranks <= 4",
  "--set",
  "about=it's a try",
];
const PATIENCE_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), "tokenyard-slurm-"));
const tokenyard = (...args) =>
  execFileSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

function expect(what, holds) {
  if (!holds) throw new Error(`${what}: not so; ${readdirSync(folder).join(" ")}`);
}

copyFileSync(PLAN, join(folder, "plan.yaml"));
const server = spawn("valkey-server", ["--port", "17819", "--bind", "127.0.0.1", "--save", "", "--dir", folder], { stdio: "ignore" });
try {
  const here = tokenyard(...SWEEP, "--json", "--workers", "1");
  tokenyard(...SWEEP, "--slurm", "4", "--slurm-option=--time=10", "--out", "study.duckdb");
  const startMs = Date.now();
  while (!existsSync(join(folder, "study.duckdb")) && Date.now() - startMs < PATIENCE_MS) await setTimeout(500);
  expect("the shards are merged", existsSync(join(folder, "study.duckdb")));
  tokenyard("export", "study.duckdb", "rows.jsonl");
  expect("the merged study has the bytes of one process", readFileSync(join(folder, "rows.jsonl"), "utf8") === here);
  const queued = tokenyard(...SWEEP, "--json", "--slurm", "2", "--slurm-option=--time=10", "--queue", "redis://127.0.0.1:17819");
  expect("workers of a queue give the bytes of one process", queued === here);
  console.log("a sweep by Slurm, in four shards and by two workers of a queue: the same bytes as in one process");
} finally {
  server.kill();
  execFileSync("scancel", ["--user", "root"]);
  rmSync(folder, { recursive: true, force: true });
}
