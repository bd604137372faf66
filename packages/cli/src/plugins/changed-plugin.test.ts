import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const BIN = fileURLToPath(new URL("../../bin/tokenyard.js", import.meta.url));
const PLAN = `tokenyard: 1
engine: ideal
plugins: [./own.mjs]
model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, rate: 1000 requests/s, requests: 2, promptTokens: 8, outputTokens: 2 }
serving: { scheduler: continuous, balancer: { replicas: own } }
`;

let home: string;
let own: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "changed-"));
  own = join(home, "own.mjs");
  for (const name of ["plan", "other"]) writeFileSync(join(home, `${name}.yaml`), PLAN);
});
afterEach(() => rmSync(home, { recursive: true }));

/** A plug-in whose file has other bytes once it has been registered for the `when`th time in a process, as where it is edited meanwhile. */
function editedPlugin(when: number): void {
  const text = `import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
export const name = "own";
export const version = "1";
let times = 0;
export const register = (to) => {
  to.balancer("own", { create: () => ({ choose: () => 0 }) });
  if (isMainThread && ++times === ${when}) appendFileSync(${JSON.stringify(own)}, "// later");
};
`;
  writeFileSync(own, text);
}

/** Digest of a module that imports no file. */
function digestOf(text: string): string {
  return createHash("sha256")
    .update(`own.mjs\0${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");
}

function tokenyard(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd: home, encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

test("threads of a study refuse a plug-in whose file changed since the study began", () => {
  editedPlugin(1);
  const before = digestOf(readFileSync(own, "utf8"));
  const { code, said } = tokenyard("sweep", "plan.yaml", "--allow-plugins", "--vary", "seed=1..70", "--workers", "2", "--csv");
  const after = digestOf(readFileSync(own, "utf8"));
  expect(after).not.toBe(before);
  expect(code).not.toBe(0);
  expect(said).not.toContain(",ok,");
  expect(said).toContain(`${own}: SHA-256 ${after}; wanted ${before}, which the study began with`);
});

test("a command that reads a second scenario refuses a plug-in whose file changed since the first: the first one's code still runs", () => {
  editedPlugin(1);
  const before = digestOf(readFileSync(own, "utf8"));
  const { code, said } = tokenyard("compare", "plan.yaml", "other.yaml", "--allow-plugins", "--replications", "2", "--workers", "1");
  const after = digestOf(readFileSync(own, "utf8"));
  expect(code).toBe(2);
  expect(said).toContain(`${own}: SHA-256 ${after}; wanted ${before}, which runs here since it was first read`);
});

test("a plug-in that ends the process in a thread of a study has thrown", () => {
  const balancer = "to.balancer('own', { create: () => ({ choose: () => (isMainThread ? 0 : process.exit(0)) }) })";
  const module = `export const name = 'own', version = '1', register = (to) => ${balancer};`;
  writeFileSync(own, `import { isMainThread } from "node:worker_threads"; ${module}`);
  const { code, said } = tokenyard("sweep", "plan.yaml", "--allow-plugins", "--vary", "seed=1..70", "--workers", "2", "--csv");
  expect(code).toBe(3);
  expect(said).toMatch(/points failed by a fault of a plug-in, not of the scenario: .* s: Error: process.exit was called\n$/);
});
