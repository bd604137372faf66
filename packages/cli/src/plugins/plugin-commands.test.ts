import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";

let home: string;
let plan: string;
let own: string;
const ran = () => existsSync(join(home, "ran"));

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "plugins-"));
  mkdirSync(join(home, "plans"));
  plan = join(home, "plans/plan.yaml");
  own = join(home, "plans/own.mjs");
  writeFileSync(
    own,
    `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(join(home, "ran"))}, "");
export const name = "own";
export const version = "1.0.0";
export const register = (registry) => {
  registry.balancer("last", { create: (settings, { count }) => ({ choose: () => count - 1 }) });
  registry.balancer("fixed", {
    settings: registry.z.strictObject({ place: registry.z.int() }),
    create: ({ place }) => ({ choose: () => place }),
  });
  registry.balancer("broken", { create: () => ({ choose: () => "last" }) });
};
`,
  );
  writeFileSync(
    plan,
    `tokenyard: 1
plugins: [./own.mjs]
engine: ideal
model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, rate: 1000 requests/s, requests: 6, promptTokens: 8, outputTokens: 2 }
serving: { scheduler: continuous, balancer: { replicas: last } }
targets: { ttft.p99: 1 s }
optimize: { over: [tokenBudget] }
`,
  );
});
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => rmSync(join(home, "ran"), { force: true }));

describe("naming a plug-in executes nothing", () => {
  test.each([
    ["check"],
    ["run"],
    ["compare", "SELF"],
    ["sweep", "--vary", "seed=1,2"],
    ["optimize", "--minimize", "gpus"],
    ["capacity"],
    ["verify"],
    ["alerts"],
    ["availability"],
    ["audit"],
    ["launch", "--for", "vllm"],
    ["diff", "SELF"],
  ])("%s refuses with path, digest and option", async (command, ...args) => {
    const { code, out, err } = await tokenyard([command, plan, ...args.map((word) => (word === "SELF" ? plan : word))]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(
      /plan\.yaml:2:11 plugins\.0: \.\/own\.mjs \(SHA-256 [0-9a-f]{64}\), a plug-in whose code is not allowed to run given/,
    );
    expect(err).toContain("`--plugin ./own.mjs`, or --allow-plugins");
    expect(ran()).toBe(false);
  });
});

describe("with consent", () => {
  test.each([["--plugin"], ["--allow-plugins"]])("%s lets it run", async (option) => {
    const { code, out } = await tokenyard([
      "run",
      plan,
      "--replications",
      "1",
      "--json",
      ...(option === "--plugin" ? [option, own] : [option]),
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out).models).toContain("serving.balancer.replicas last, of plug-in own 1.0.0");
  });

  test("its report is replayed by the same plug-in only", async () => {
    const { out } = await tokenyard(["run", plan, "--replications", "1", "--json", "--allow-plugins"]);
    const report = join(home, "report.json");
    writeFileSync(report, out);
    expect(await tokenyard(["replay", report, "--plugin", own])).toMatchObject({ code: 0 });
    expect(await tokenyard(["replay", report])).toMatchObject({ code: 2, err: expect.stringContaining("not allowed to run") });
    const other = join(home, "own-2.mjs");
    writeFileSync(other, `${readFileSync(own, "utf8")}// later`);
    expect(await tokenyard(["replay", report, "--plugin", other])).toMatchObject({
      code: 2,
      err: expect.stringContaining("with which the scenario was resolved"),
    });
  });

  test("words are values of a sweep, and a fault is that of its point", async () => {
    const { code, out, err } = await tokenyard([
      "sweep",
      plan,
      "--allow-plugins",
      "--vary",
      "serving.balancer.replicas=round-robin,last,broken",
      "--workers",
      "1",
      "--json",
    ]);
    const rows = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(3);
    expect(err).toMatch(
      /^1 point failed by a fault of a plug-in, not of the scenario: PluginFault: plug-in own, serving.balancer.replicas/,
    );
    expect(rows.map(({ status }) => status)).toEqual(["ok", "ok", "failed"]);
    expect(rows[2].reason).toMatch(/plug-in own, serving.balancer.replicas at 0.\d+ s: it chose place last; wanted 0 to 1$/);
    expect(rows[0].report.scenario.hash).not.toBe(rows[1].report.scenario.hash);
  });

  test("a single key of its block is varied, and another one is refused", async () => {
    const sweep = (vary: string, ...more: readonly string[]) =>
      tokenyard(["sweep", plan, "--allow-plugins", "--vary", vary, "--workers", "1", "--json", ...more]);
    const fixed = "serving.balancer.replicas={ kind: fixed, place: 0 }";
    const { out } = await sweep("serving.balancer.replicas.place=0..2", "--set", fixed);
    const rows = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ status }) => status)).toEqual(["ok", "ok", "failed"]);
    expect(rows.map(({ parameters }) => parameters)).toEqual([0, 1, 2].map((place) => ({ "serving.balancer.replicas.place": place })));
    expect(rows[2].reason).toContain("it chose place 2; wanted 0 to 1");
    expect((await sweep("serving.balancer.replicas.plac=0,1", "--set", fixed)).out).toContain("unknown key");
    expect(await sweep("serving.scheduler.place=0,1")).toMatchObject({ code: 2, out: expect.stringContaining("unknown path") });
  });

  test("a fault ends a run with 2 and one line", async () => {
    const { code, err } = await tokenyard([
      "run",
      plan,
      "--replications",
      "1",
      "--allow-plugins",
      "--set",
      "serving.balancer.replicas=broken",
    ]);
    expect(code).toBe(2);
    expect(err.trim().split("\n").at(-1)).toMatch(/^plug-in own, serving.balancer.replicas at .* s: it chose place last; wanted 0 to 1$/);
  });

  test("a search runs every plan, as its bounds know nothing of plug-ins", async () => {
    const { code, out } = await tokenyard([
      "optimize",
      plan,
      "--allow-plugins",
      "--minimize",
      "ttft.p99",
      "--max-gpus",
      "2",
      "--workers",
      "1",
      "--json",
    ]);
    expect(code).toBe(0);
    const { certificate } = JSON.parse(out);
    expect(certificate).toMatchObject({ provedAway: 0, notLookedAt: 0, withoutFormula: expect.arrayContaining(["policies of plug-ins"]) });
  });
});

describe("refused", () => {
  test("a module that is not there, or is no plug-in", async () => {
    expect(await tokenyard(["check", plan, "--plugin", join(home, "none.mjs")])).toMatchObject({
      code: 2,
      err: expect.stringContaining("wanted a module that is there"),
    });
    const empty = join(home, "empty.mjs");
    writeFileSync(empty, "export {};");
    expect(await tokenyard(["check", plan, "--plugin", empty])).toMatchObject({
      code: 2,
      err: expect.stringContaining("wanted one that exports { name, version, register(registry) }"),
    });
  });

  test("--allow-plugins for a module outside of the scenario's folder", async () => {
    const outside = join(home, "plans/outside.yaml");
    writeFileSync(join(home, "outside.mjs"), readFileSync(own, "utf8"));
    writeFileSync(outside, readFileSync(plan, "utf8").replace("./own.mjs", "../outside.mjs"));
    expect(await tokenyard(["check", outside, "--allow-plugins"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("lies outside of"),
    });
    expect(ran()).toBe(false);
    expect(await tokenyard(["check", outside, "--plugin", join(home, "outside.mjs")])).toMatchObject({ code: 0 });
  });
});
