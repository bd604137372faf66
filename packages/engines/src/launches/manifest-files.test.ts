import { loadScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { launchOf } from "../launch.ts";

const NO_FILES = {
  read: () => {
    throw new Error("no file");
  },
};

/** A model of `gpus` GPUs on nodes of eight. */
const served = (engine: string, gpus: number) =>
  loadScenario(
    `tokenyard: 1
name: served
model: { preset: qwen3-235b-a22b }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr, gpusPerNode: 8 }
engine: ${engine}
parallelism: { expert: ${gpus}, tensor: 1, attention: { tensor: ${engine === "vllm" ? 1 : gpus}, data: ${engine === "vllm" ? gpus : 1} } }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`,
    NO_FILES,
  ).scenario;

type Tree = { readonly [key: string]: Tree };

function manifestOf(engine: string, gpus: number): Tree[] {
  const { files } = launchOf(served(engine, gpus), { for: "kubernetes" });
  return parseAllDocuments(files[0]!.text).map((each) => each.toJS() as Tree);
}

const LISTENS = /--host'? '?0\.0\.0\.0'? '?--port'? '?8000/; // SGLang and TensorRT-LLM listen inside their pod only by default

function commandOf(template: Tree): string {
  const [container] = template["spec"]!["containers"] as unknown as { readonly command: string[]; readonly args: string[] }[];
  return [...container!.command, ...container!.args].join(" ");
}

test.each(["vllm", "sglang", "trtllm"])("a server of %s on one node is reached by a Service with the labels of its pods", (engine) => {
  const objects = manifestOf(engine, 8);
  const deployment = objects.find(({ kind }) => (kind as unknown) === "Deployment")!;
  const service = objects.find(({ kind }) => (kind as unknown) === "Service")!;
  const { template } = deployment["spec"]!;
  expect(service["spec"]!["selector"]).toEqual(template!["metadata"]!["labels"]);
  expect(service["spec"]!["ports"]).toEqual([{ name: "http", port: 8000, targetPort: 8000 }]);
  expect(commandOf(template!)).toMatch(LISTENS);
});

test.each(["vllm", "sglang"])("of a server of %s over two nodes the Service reaches the leader, and only it listens", (engine) => {
  const objects = manifestOf(engine, 16);
  const set = objects.find(({ kind }) => (kind as unknown) === "LeaderWorkerSet")!;
  const service = objects.find(({ kind }) => (kind as unknown) === "Service")!;
  expect(service["spec"]!["selector"]).toEqual({ app: "served", "leaderworkerset.sigs.k8s.io/worker-index": "0" });
  const { leaderTemplate, workerTemplate } = set["spec"]!["leaderWorkerTemplate"]!;
  expect(commandOf(leaderTemplate!)).toMatch(LISTENS);
  expect(commandOf(workerTemplate!)).not.toMatch(/--port/);
});
