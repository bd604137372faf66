import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const MANIFEST = new URL("../../../../docs/distributed/kubernetes.yaml", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "kubernetes-"));
const here = process.cwd();

beforeAll(() => {
  process.chdir(folder);
  writeFileSync("plan.yaml", `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 8, outputTokens: 2 }\n`);
});
afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true });
});

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

const documents = parseAllDocuments(readFileSync(MANIFEST, "utf8")).map((document) => document.toJS());
const containers: Container[] = documents.flatMap(({ spec }) => spec.template?.spec.containers ?? []);

test("the manifest has a queue that throws no jobs away, and what runs tokenyard is what the command line takes", async () => {
  expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "Service queue",
    "Deployment queue",
    "Job workers",
    "Job study",
    "PersistentVolumeClaim results",
  ]);
  expect(containers[0]!.args.join(" ")).toContain("--maxmemory-policy noeviction");
  const ours = containers.filter(({ image }) => image.includes("tokenyard"));
  expect(ours.map(({ args }) => args[0])).toEqual(["worker", "sweep"]);
  for (const { args, env, volumeMounts } of ours) {
    const nowhere = args.map((arg) => arg.replace("//queue:6379", "//127.0.0.1:1").replace("/results/", ""));
    const { code, err } = await tokenyard(nowhere);
    expect([code, err]).toEqual([2, expect.stringContaining("--queue redis://127.0.0.1:1: connection refused")]);
    expect(env.map(({ name }) => name)).toContain("TOKENYARD_QUEUE_PASSWORD");
    expect(volumeMounts[0]!.mountPath).toBe("/plan");
  }
  expect(existsSync("study.duckdb")).toBe(false); // no file is made for a queue that is not there
});
