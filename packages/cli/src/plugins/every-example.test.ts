/** @module-tag long */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { HAS_VALKEY, NO_VALKEY, valkey } from "../fixtures/valkey.ts";

const BIN = fileURLToPath(new URL("../../bin/tokenyard.js", import.meta.url));
const PAGE = readFileSync(new URL("../../../../docs/plugins.md", import.meta.url), "utf8");
const MODULES = new Map([...PAGE.matchAll(/^```js (\S+)\.mjs\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name!, text!]));

const BASE = {
  tokenyard: 1,
  engine: "ideal",
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    experts: { count: 8, topK: 2, hiddenSize: 32 },
  },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  parallelism: { expert: 2, tensor: 1, attention: { tensor: 1, data: 2 }, data: 2 },
  routing: { gate: "uniform" },
  workload: { kind: "open", rate: "1000 requests/s", requests: 12, promptTokens: 8, outputTokens: 4 },
  serving: { scheduler: "continuous" },
  health: "vllm-stock",
  availability: "rsc-1",
  targets: { "ttft.p99": "1 s", droppedShare: "100 %" },
  claims: [{ id: "fast", text: "fast", metric: "ttft.p99", claimed: "1 s", comparison: "<=" }],
  alerts: { every: "1 ms", rules: [{ name: "busy", metric: "waiting", above: 100 }] },
  optimize: { over: ["overlap"] },
};

/** What each example of the page changes in a plan: its word, and what that needs. */
const EXAMPLES: Readonly<Record<string, object>> = {
  balancer: { serving: { balancer: { replicas: "fewest-requests" } } },
  scheduler: { serving: { scheduler: { kind: "prompt-lanes", long: 8 } } },
  gate: { routing: { gate: "worst" } },
  overflow: { routing: { overflow: "even-drop", capacityFactor: 1 } },
  placement: { routing: { placement: "dealt" } },
  rebalancer: { rebalance: { kind: "one-pair", every: 2 } },
  cache: { expertCache: { kind: "most-used", perLayer: 2 } },
  load: { workload: { kind: "waves", waves: 2, first: 4, pause: 0.01 } },
  kernels: { cluster: { kernels: { kind: "two-numbers", tflops: 400, tbytes: 2 } } },
  admission: { serving: { admission: { kind: "by-tokens", most: 64 } } },
  recovery: {
    health: { preset: "vllm-stock", exit: "1 ms", inFlight: "requeue", onLoss: { kind: "mask-few", most: 1, start: 0.01 } },
    faults: [{ kind: "gpu-lost", at: "3 ms", for: "5 ms", ranks: [1] }],
  },
  detection: {
    health: {
      preset: "vllm-stock",
      detection: { kind: "gossip", period: 0.001, timeout: 0.001 },
      inFlight: "requeue",
      onLoss: { kind: "restart", time: "1 ms" },
    },
    faults: [{ kind: "gpu-lost", at: "3 ms", for: "5 ms", ranks: [1] }],
  },
  metric: { metric: "fairness" },
  network: { cluster: { network: { kind: "oversubscribed", factor: 2 } } },
};
const NAMES = Object.keys(EXAMPLES);

/** Whole commands by their names, of a scenario in FILE. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  check: ["FILE"],
  run: ["FILE", "--replications", "2", "--json"],
  compare: ["FILE", "FILE", "--replications", "2", "--json"],
  sweep: ["FILE", "--vary", "seed=1,2", "--json"],
  optimize: ["FILE", "--minimize", "ttft.p99", "--max-gpus", "4", "--budget", "2", "--json"],
  capacity: ["FILE", "--replications", "1", "--json"],
  audit: ["FILE", "--no-ranges", "--no-remedies", "--max-replications", "2", "--json"],
  availability: ["FILE", "--years", "4", "--no-variants", "--json"],
  alerts: ["FILE"],
  verify: ["FILE", "--json"],
  diff: ["FILE", "FILE", "--json"],
  launch: ["FILE", "--for", "vllm", "--model", "m", "--json"],
};
/** Commands that have tests of their own below. */
const OTHERS = ["replay", "mock", "observe", "worker"];

/** What no server can be launched with, and the load that no command can turn up. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "rebalancer launch": /one-pair, of plug-in rebalancers, for which stands in: greedy, which vLLM does not have/,
  "cache launch": /most-used, of plug-in caches, for which stands in: experts outside the GPU, which vLLM does not have/,
  "load observe": /waves, of plug-in loads given; wanted a load of Tokenyard/,
  "load capacity": /waves, of plug-in loads, without a number rate beside it/,
};

/** More points than are run in the first thread whatever is asked: see `tiny-study.ts`. */
const MANY = 66;

let home: string;
const fileOf = (name: string) => join(home, `${name}.yaml`);
const moduleOf = (name: string) => join(home, `${name}.mjs`);
const commandOf = (name: string, command: string, ...more: readonly string[]) => {
  const args = COMMANDS[command] ?? [];
  return [command, ...args.map((arg) => (arg === "FILE" ? fileOf(name) : arg)), ...more];
};

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "examples-"));
  for (const [name, text] of MODULES) writeFileSync(moduleOf(name), text);
  writeFileSync(join(home, "base.yaml"), JSON.stringify(BASE));
  for (const [name, own] of Object.entries(EXAMPLES))
    writeFileSync(fileOf(name), JSON.stringify({ extends: "base.yaml", plugins: [`./${name}.mjs`], ...own }));
});
afterAll(() => rmSync(home, { recursive: true }));

/** The process of the built program. */
function program(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

test("every example of the page is here, and no more than 40 lines long without anything of ours", () => {
  expect([...MODULES.keys()].sort()).toEqual([...NAMES].sort());
  for (const [name, text] of MODULES) {
    expect({ name, lines: text.trimEnd().split("\n").length <= 40 }).toEqual({ name, lines: true });
    expect(text).not.toMatch(/^import /m);
  }
});

test("every command that takes plug-ins is here", async () => {
  const { out } = await tokenyard(["--help"]);
  const commands = [...out.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name!);
  const taking = await Promise.all(
    [...new Set(commands)].map(async (name) => ((await tokenyard([name, "--help"])).out.includes("--plugin <file>") ? [name] : [])),
  );
  expect(taking.flat().sort()).toEqual([...Object.keys(COMMANDS), ...OTHERS].sort());
});

/** What answers say of policies that they do not ask. */
test.each([
  ["gate", "verify", "routing.gate worst, of plug-in gates: weights that are drawn choose experts"],
  ["placement", "verify", "routing.placement dealt, of plug-in placements: experts lie as what stands in for it places them"],
  ["scheduler", "launch", "serving.scheduler: no server has prompt-lanes, of plug-in prompt-lanes; what stands in for it is launched"],
])("of the %s %s says that it is not asked", async (name, command, text) => {
  const { out, err } = await tokenyard(commandOf(name, command, "--allow-plugins"));
  expect(out + err).toContain(text);
});

describe.each(NAMES)("the %s", (name) => {
  test.each(Object.keys(COMMANDS))("runs in %s", { timeout: 60_000 }, async (command) => {
    const inOneThread = ["sweep", "compare", "optimize", "capacity", "audit", "diff"].includes(command) ? ["--workers", "1"] : [];
    const { code, out, err } = await tokenyard(commandOf(name, command, "--allow-plugins", ...inOneThread));
    const refused = REFUSED[`${name} ${command}`];
    if (refused !== undefined) {
      expect(code).toBe(2);
      expect(out + err).toMatch(refused);
    } else {
      expect({ code, err: code === 0 ? "" : out + err }).toEqual({ code: 0, err: "" });
    }
  });

  test("is replayed", { timeout: 60_000 }, async () => {
    const report = join(home, `${name}.json`);
    const { out } = await tokenyard(["run", fileOf(name), "--allow-plugins", "--replications", "1", "--json"]);
    expect(JSON.parse(out).models.join()).toContain("of plug-in ");
    writeFileSync(report, out);
    expect(await tokenyard(["replay", report, "--plugin", moduleOf(name), "--workers", "1"])).toMatchObject({ code: 0 });
    expect(await tokenyard(["replay", report, "--workers", "1"])).toMatchObject({ code: 2 });
  });

  test("gives the same rows in one thread, in two, and in shards", { timeout: 60_000 }, async () => {
    const sweep = ["sweep", fileOf(name), "--vary", `seed=1..${MANY}`, "--allow-plugins", "--csv"];
    const { out: whole } = await tokenyard([...sweep, "--workers", "1"]);
    expect(whole.split("\n").filter((line) => line.includes(",ok,"))).toHaveLength(MANY);
    expect(program([...sweep, "--workers", "2"])).toMatchObject({ code: 0, out: whole });
    const rowsOf = async (shard: string) =>
      (await tokenyard([...sweep, "--shard", shard, "--workers", "1"])).out.trim().split(/\r?\n/).slice(1);
    const sharded = [...(await rowsOf("1/2")), ...(await rowsOf("2/2"))];
    expect(sharded.sort()).toEqual(whole.trim().split(/\r?\n/).slice(1).sort());
  });

  test("answers as a server, to what observes it", { timeout: 60_000 }, async () => {
    const server = spawn(process.execPath, [BIN, "mock", fileOf(name), "--allow-plugins", "--port", "0"], { stdio: "pipe" });
    try {
      const url = await urlOf(server);
      const out = join(home, `${name}.jsonl`);
      const observed = program([
        "observe",
        url,
        "--scenario",
        fileOf(name),
        "--allow-plugins",
        "--max-requests",
        "3",
        "--engine",
        "vllm",
        "--out",
        out,
      ]);
      const refused = REFUSED[`${name} observe`];
      if (refused !== undefined) return expect(observed).toMatchObject({ code: 2, err: expect.stringMatching(refused) });
      expect({ code: observed.code, err: observed.code === 0 ? "" : observed.err }).toEqual({ code: 0, err: "" });
      expect(observed.out).toMatch(/^3 requests of scenario finished, 0 failed/);
      expect(observed.out).toContain("simulated mean");
      expect(existsSync(out)).toBe(true);
    } finally {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
    }
  });
});

async function urlOf(server: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of server.stdout!.setEncoding("utf8")) {
    text += chunk as string;
    const [, url] = /^(http:\S+)\/v1$/m.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`no server: ${text}`);
}

describe.skipIf(!HAS_VALKEY)(HAS_VALKEY ? "on a queue" : NO_VALKEY, () => {
  test("each gives the rows of one process, and a worker that was started without refuses it", { timeout: 180_000 }, async () => {
    const server = await valkey();
    const worker = (...plugins: readonly string[]) =>
      spawn(process.execPath, [BIN, "worker", "--queue", server.url, "--threads", "1", ...plugins.flatMap((each) => ["--plugin", each])], {
        cwd: home,
        stdio: "ignore",
      });
    let serving = worker(...NAMES.map(moduleOf));
    try {
      for (const name of NAMES) {
        const sweep = commandOf(name, "sweep", "--allow-plugins").filter((each) => each !== "--json");
        const { out: whole } = await tokenyard([...sweep, "--workers", "1", "--csv"]);
        expect(await tokenyard([...sweep, "--queue", server.url, "--csv"])).toMatchObject({ code: 0, out: whole });
      }
      for (const command of ["optimize", "capacity", "audit", "availability"]) {
        const inOneThread = command === "availability" ? [] : ["--workers", "1"];
        const { out: whole } = await tokenyard(commandOf("balancer", command, "--allow-plugins", ...inOneThread));
        const { code, out } = await tokenyard(commandOf("balancer", command, "--allow-plugins", "--queue", server.url));
        expect({ command, code, out: withoutTimes(out) }).toEqual({ command, code: 0, out: withoutTimes(whole) });
      }
      serving.kill("SIGKILL");
      await once(serving, "exit");
      serving = worker(...NAMES.filter((each) => each !== "gate").map(moduleOf));
      const refused = await tokenyard(commandOf("gate", "sweep", "--allow-plugins", "--queue", server.url));
      expect(refused.out + refused.err).toMatch(/gate\.mjs \(SHA-256 [0-9a-f]{64}\), a plug-in whose code is not allowed to run/);
    } finally {
      serving.kill("SIGKILL");
      await server.stop();
    }
  });
});

/** `answer` without what took how long. */
function withoutTimes(answer: string): string {
  return answer.replace(/"[a-zA-Z]*(?:Ms|took|coreSeconds)":[\d.e-]+/g, "");
}
