import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../bundle.mjs";
import { built, ended, started } from "./fixtures/built.ts";

const home = mkdtempSync(join(tmpdir(), "process-"));
const LONG = join(home, "long.yaml"); // minutes of simulation, were it not interrupted
const SHORT = join(home, "short.yaml");

const scenario = (sequences: number, outputTokens: number) => `tokenyard: 1
name: wide
model: { layers: 64, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster:
  gpu: { compute: 100 TFLOPS, bandwidth: 1 TB/s, memory: 900 TB }
  network: { kind: two-tier, node: { bandwidth: 100 GB/s, latency: 2 us }, fabric: { bandwidth: 50 GB/s, latency: 5 us } }
parallelism: { layers: own-ranks, pipeline: 64 }
workload: { kind: batch, sequences: ${sequences}, promptTokens: 64, outputTokens: ${outputTokens} }
serving: { scheduler: { kind: static, microBatches: 8 }, overlap: two-batch }
mostWork: 9000 s
`;

let bin: string;
let metafile: Awaited<ReturnType<typeof built>>["metafile"];
beforeAll(async () => {
  ({ bin, metafile } = await built(home));
  writeFileSync(LONG, scenario(64, 1_000_000));
  writeFileSync(SHORT, scenario(8, 4));
});
afterAll(() => rmSync(home, { recursive: true }));

const start = (...args: string[]) => started(bin, args);

test("the process prints a report without colour into a pipe, and exits with 0", async () => {
  const { code, out, err } = await ended(start("run", SHORT));
  expect(err).toBe("");
  expect(out).toMatch(/^wide · 64 GPUs/);
  expect(out).not.toContain("\u001b");
  expect(code).toBe(0);
});

test("--verbose notes steps as lines of JSON on standard error, apart from the result", { tags: "long" }, async () => {
  const { code, out, err } = await ended(start("run", SHORT, "--json", "--verbose"));
  expect(code).toBe(0);
  expect(JSON.parse(out).scenario.name).toBe("wide");
  const notes = err
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(notes.map(({ msg }) => msg)).toEqual(["run", "done"]);
  expect(notes[1]).toMatchObject({ file: SHORT, scenario: "wide", seed: 1, hash: JSON.parse(out).scenario.hash });
});

for (const [signal, wanted] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  test(`${signal} ends a run with ${wanted} and one line, and leaves nothing half-written`, async () => {
    const place = join(home, signal);
    mkdirSync(place);
    const files = ["--out", join(place, "reports"), "--metrics", join(place, "run.om"), "--requests", join(place, "rows.csv")];
    const child = start("run", LONG, ...files, "--verbose");
    child.stderr?.once("data", () => setTimeout(200).then(() => child.kill(signal))); // the first note: the run has begun
    const { code, out, err } = await ended(child);
    expect(code).toBe(wanted);
    expect(out).toBe("");
    expect(err.split("\n").filter((line) => line !== "" && !line.startsWith("{"))).toEqual(["interrupted"]);
    expect(readdirSync(place)).toEqual([]);
  });

test("a reader that closes the pipe early ends the process quietly with 0", async () => {
  const child = start("schema", "report");
  child.stdout?.destroy();
  expect(await ended(child)).toEqual({ code: 0, out: "", err: "" });
});

test("a reader that is slow gets all of it, through a pipe that does not wait for it", { tags: "long" }, async () => {
  const { out: whole } = await ended(start("schema"));
  const shared = `
    require("node:child_process").spawn(process.execPath, ${JSON.stringify([bin, "schema"])}, { stdio: "inherit" });
    process.stdout.writable; // now the pipe is one that does not wait, for all who have it`;
  const child = spawn("sh", ["-c", '"$1" -e "$2" | (sleep 1; cat)', "sh", process.execPath, shared], { stdio: ["ignore", "pipe", "pipe"] });
  const { code, out, err } = await ended(child);
  expect({ code, err, bytes: out.length }).toEqual({ code: 0, err: "", bytes: whole.length });
  expect(whole.length).toBeGreaterThan(65_536); // more than a pipe holds
});

test("Ctrl-C is heard while the output is not read: the second one ends the process at once", { tags: "long" }, async () => {
  const child = start("sweep", SHORT, "--json", "--workers", "1", "--vary", "seed=1..2000");
  const exited = once(child, "exit"); // it cannot close: megabytes are left in its pipe
  await setTimeout(1500);
  expect(child.exitCode).toBe(null);
  child.kill("SIGINT");
  await setTimeout(300);
  child.kill("SIGINT");
  expect(await Promise.race([exited, setTimeout(5000, "still there")])).not.toBe("still there");
  child.stdout?.destroy();
});

test.runIf(existsSync("/dev/full"))("a result that finds no room is reported in one line, with 2", async () => {
  const child = spawn("sh", ["-c", '"$@" > /dev/full', "sh", process.execPath, bin, "schema"], { stdio: ["ignore", "pipe", "pipe"] });
  expect(await ended(child)).toEqual({ code: 2, out: "", err: expect.stringMatching(/^standard output cannot be written: ENOSPC.*\n$/) });
});

test("help and the version are printed with 0, what the command line does not know is refused with 2", async () => {
  expect(await ended(start("--version"))).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
  expect(await ended(start("run", "--help"))).toEqual({ code: 0, out: expect.stringMatching(/^Usage: tokenyard run/), err: "" });
  expect(await ended(start())).toEqual({ code: 0, out: expect.stringMatching(/^Usage: tokenyard/), err: "" });
  expect(await ended(start("run", SHORT, "--bogus"))).toEqual({
    code: 2,
    out: "",
    err: expect.stringMatching(/^error: unknown option '--bogus'/),
  });
});

test("problems of the user exit with 2", async () => {
  expect(await ended(start("run", home))).toEqual({ code: 2, out: "", err: `${home}: a directory; wanted a file\n1 problem\n` });
});

test("without its bundle the program says how to build it", async () => {
  const bare = join(home, "bare/bin/tokenyard.js");
  cpSync(dirname(bin), dirname(bare), { recursive: true });
  const child = spawn(process.execPath, [bare, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  expect(await ended(child)).toEqual({ code: 3, out: "", err: expect.stringMatching(/^tokenyard is not built yet; .*pnpm@10 run build/) });
});

test("a part of the bundle that is gone is reported in a line, at the start as when a command asks for it", async () => {
  const missing = { code: 3, out: "", err: expect.stringMatching(/^a part of tokenyard is missing: .*pnpm@10 run build\n$/) };
  for (const isGone of [/^chunk-/, /^run-/]) {
    const copy = join(home, `part-${isGone.source.slice(1)}`);
    for (const part of ["bin", "dist"]) cpSync(join(home, part), join(copy, part), { recursive: true });
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    symlinkSync(join(home, "node_modules"), join(copy, "node_modules"));
    for (const folder of ["dist/bundle", "dist/bundle/scripts"])
      for (const name of readdirSync(join(copy, folder))) if (isGone.test(name)) rmSync(join(copy, folder, name));
    expect(await ended(started(join(copy, "bin/tokenyard.js"), ["run", SHORT]))).toEqual(missing);
  }
});

test("a bundle that is made again is whole at any time", { tags: "long" }, async () => {
  const folder = join(home, "again");
  await bundle(folder);
  let isWhole = true;
  const making = bundle(folder).then(() => "made");
  while ((await Promise.race([making, setTimeout(20)])) !== "made") isWhole &&= existsSync(join(folder, "main.js"));
  expect({ isWhole, left: readdirSync(home).filter((name) => /^again\./.test(name)) }).toEqual({ isWhole: true, left: [] });
});

test("a run starts with the code that V8 made when the chunks were bundled, and takes every piece of it", { tags: "long" }, async () => {
  const scripts = join(home, "dist/bundle/scripts");
  const cached = readdirSync(scripts).filter((name) => name.endsWith(".cache"));
  expect(cached.length).toBeGreaterThan(4); // the entry, the command, the rooms
  const asked = join(home, "asked.mjs");
  writeFileSync(
    asked,
    `import { CachedChunks } from ${JSON.stringify(join(home, "bin/code-cache.js"))};
    const chunks = new CachedChunks(${JSON.stringify(join(home, "dist/bundle"))});
    process.argv.splice(2, Infinity, "run", ${JSON.stringify(SHORT)}, "--json");
    process.on("exit", () => console.error(JSON.stringify(chunks.uncached())));
    chunks.load("main");`,
  );
  const { code, err } = await ended(started(asked, []));
  expect({ code, uncached: JSON.parse(err) }).toEqual({ code: 0, uncached: [] });
});

test("what a plug-in prints stays out of the answer, and what it throws unasked ends the process with 2", async () => {
  const plan = join(home, "plugged.yaml");
  const own = join(home, "own.mjs");
  const balancer = (choose: string) =>
    writeFileSync(
      own,
      `export const name = "own"; export const version = "1"; export const register = (to) => to.balancer("own", { create: () => ({ choose() { ${choose}; return 0; } }) });`,
    );
  writeFileSync(
    plan,
    `tokenyard: 1
engine: ideal
plugins: [./own.mjs]
model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, rate: 1000 requests/s, requests: 2, promptTokens: 8, outputTokens: 2 }
serving: { scheduler: continuous, balancer: { replicas: own } }
`,
  );
  const run = () => ended(start("run", plan, "--plugin", own, "--replications", "1", "--json"));
  balancer(`console.log("chosen")`);
  const { code, out, err } = await run();
  expect({ code, err }).toEqual({ code: 0, err: "chosen\nchosen\n" });
  expect(JSON.parse(out).requests.finished).toBe(2);
  balancer(`Promise.reject(new RangeError("later"))`);
  const stray = await run();
  expect(stray.code).toBe(2);
  expect(stray.err).toContain("a plug-in threw when it was not asked: RangeError: later\n");
  balancer("process.exit(0)");
  const before = { code: 2, out: "", err: "a plug-in ended the command before its answer, by process.exit or by waiting for nothing\n" };
  expect(await run()).toEqual(before);
  writeFileSync(
    own,
    "await new Promise(() => {}); export const name = 'own'; export const version = '1'; export const register = () => {};",
  );
  expect(await run()).toEqual(before);
});

/** Names of the sources that come with a chunk, before anything is imported later. */
function sourcesOf(chunk: RegExp): string[] {
  const outputs = Object.entries(metafile.outputs);
  const named = (path: string) => outputs.find(([output]) => basename(output) === basename(path))![1];
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const { inputs, imports } = named(path);
    for (const input of Object.keys(inputs)) loaded.add(input);
    for (const { path: next, kind, external } of imports) if (kind === "import-statement" && external !== true) load(next);
  };
  load(outputs.find(([output]) => chunk.test(basename(output)))![0]);
  return [...loaded];
}

test("help needs the entry only: no schema library, no YAML, no logger, no simulator is loaded with it", () => {
  const loaded = sourcesOf(/^main\.js$/);
  expect(loaded.filter((input) => /node_modules\/(zod|yaml|pino)\/|(^|\/)(simulator|scenario|report)\/src\//.test(input))).toEqual([]);
  expect(loaded.some((input) => input.includes("node_modules/commander/"))).toBe(true);
  expect(readdirSync(join(home, "dist/bundle")).length).toBeGreaterThan(4); // a chunk for each command
});

test("a run needs nothing of studies", () => {
  const loaded = sourcesOf(/^run-.*\.js$/);
  expect(loaded.filter((input) => /(^|\/)study\/src\//.test(input))).toEqual([]);
  expect(loaded.some((input) => /(^|\/)scenario\/src\//.test(input))).toBe(true);
});
