import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built } from "../fixtures/built.ts";
import { TimeLimit } from "./time-limit.ts";

const LOAD = `tokenyard: 1
name: long
model: { preset: llama-3.1-8b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 2000000, rate: 60 requests/s, promptTokens: 600, outputTokens: 180 }
mostWork: 9000 s
serving: { scheduler: { kind: continuous, tokenBudget: 2048, maxSequences: 128 } }
`;
/** Collects garbage all the time, as a long search does now and then. */
const COLLECTING = ["--expose-gc", "--import", "data:text/javascript,setInterval(gc, 50).unref()"];

const home = mkdtempSync(join(tmpdir(), "time-limit-"));
let bin: string;
beforeAll(async () => {
  ({ bin } = await built(home));
  writeFileSync(join(home, "long.yaml"), LOAD);
});
afterAll(() => rmSync(home, { recursive: true }));

test("a search under load ends with its budget, though garbage is collected meanwhile", () => {
  const objective = ["--minimize", "ttft", "--subject-to", "ttft <= 1 s", "--max-gpus", "8"];
  const args = ["optimize", join(home, "long.yaml"), ...objective, "--budget", "1 s", "--workers", "1", "--json"];
  const began = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [...COLLECTING, bin, ...args], { encoding: "utf8", timeout: 50_000 });
  const { best, examined, exhaustive } = JSON.parse(stdout);
  expect(exhaustive).toBe(false);
  expect(status).toBe(best !== null ? 0 : examined > 0 ? 1 : 3); // a busy machine may end no run in time
  expect(performance.now() - began).toBeLessThan(30_000); // all its plans would take an hour
});

test("a limit is given once its time is over, or when the signal that it follows is", async () => {
  const given = (limit: TimeLimit) => new Promise<void>((resolve) => limit.addEventListener("abort", resolve));
  const over = new TimeLimit(0.01, new AbortController().signal);
  await given(over);
  expect(over.aborted).toBe(true);
  const owner = new AbortController();
  const following = new TimeLimit(1e12, owner.signal);
  const heard = given(following);
  owner.abort();
  await heard;
  expect(following.aborted).toBe(true);
  following.dispose();
});
