import type { Instance } from "../instance.ts";
import { instanceOf } from "../lines/instance-of.ts";
import { type Variables, wordsOf } from "../shell/expand.ts";
import { containerServers, gpusOf } from "./container.ts";
import { countIn, listIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsAround, ManifestsRead } from "./manifests-read.ts";

/** The servers of an LLMInferenceService, which are vLLM's unless a command says otherwise: one that does all, or one that decodes and one that prefills. */
export function llmInferenceServers({ tree, place }: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const spec = mapIn(tree, "spec");
  const prefill = mapIn(spec, "prefill");
  const hasPrefill = Object.keys(prefill).length > 0;
  const uri = String(valueIn(spec, "model", "uri") ?? "");
  const model = String(valueIn(spec, "model", "name") ?? "") || uri.replace(/^hf:\/\//, "");
  const name = String(valueIn(tree, "metadata", "name") ?? "server");
  const parts: readonly (readonly [Tree, Instance["role"], readonly string[]])[] = hasPrefill
    ? [
        [spec, "decode", ["spec"]],
        [prefill, "prefill", ["spec", "prefill"]],
      ]
    : [[spec, "all", ["spec"]]];
  const reads = parts.map(([part, role, path]) => {
    const container = asTree(
      listIn(part, "template", "containers").find((each) => valueIn(each, "name") === "main") ?? listIn(part, "template", "containers")[0],
    );
    const flags = degreeFlags(mapIn(part, "parallelism"));
    const replicas = countIn(part, "replicas") ?? 1;
    const own = containerServers(container, { name, ...around, place: place(path), replicas, nodes: 1, role });
    if (own.instances.length > 0) return own;
    const extra = environment(container).get("VLLM_ADDITIONAL_ARGS") ?? "";
    const args = wordsOf(extra).flatMap((each) => ("word" in each ? [each.word] : []));
    const instance = instanceOf(
      {
        server: "vllm",
        isDynamo: false,
        before: [],
        args: [model, ...flags, ...ownArguments(container), ...args],
        env: environment(container),
      },
      {
        name,
        place: place(path),
        source: { place: () => place(path), file: (file) => around.files.get(file) },
        image: String(valueIn(container, "image") ?? ""),
        replicas,
        gpus: nodesOf(part) === undefined || gpusOf(container) === undefined ? gpusOf(container) : gpusOf(container)! * nodesOf(part)!,
        role,
      },
    );
    return { instances: instance === undefined ? [] : [instance], problems: instance?.flags.problems ?? [] };
  });
  const isAware = /prefix-cache-scorer/.test(JSON.stringify(valueIn(spec, "router") ?? "").slice(0, 1_000_000));
  return {
    instances: reads.flatMap(({ instances }) => instances),
    problems: reads.flatMap(({ problems }) => problems),
    remarks: [],
    ...(isAware ? { balancer: "prefix-aware" as const } : {}),
  };
}

function asTree(value: unknown): Tree {
  return typeof value === "object" && value !== null ? (value as Tree) : {};
}

function environment(container: Tree): Variables {
  return new Map(
    listIn(container, "env").flatMap((each): [string, string][] => {
      const [name, value] = [valueIn(each, "name"), valueIn(each, "value")];
      return typeof name === "string" && value !== undefined ? [[name, String(value)]] : [];
    }),
  );
}

/** `args` of a container whose image is the server. */
function ownArguments(container: Tree): readonly string[] {
  return Object.hasOwn(container, "command") ? [] : listIn(container, "args").map(String);
}

/** Nodes of one copy: its data groups by those of a node. */
function nodesOf(part: Tree): number | undefined {
  const [data, local] = [countIn(part, "parallelism", "data"), countIn(part, "parallelism", "dataLocal")];
  return data === undefined || local === undefined || local === 0 ? undefined : Math.ceil(data / local);
}

/** The degrees of the manifest as vLLM's flags. */
function degreeFlags(parallelism: Tree): readonly string[] {
  const flag = (key: string, name: string) =>
    countIn(parallelism, key) === undefined ? [] : [`--${name}`, String(countIn(parallelism, key))];
  return [
    ...flag("tensor", "tensor-parallel-size"),
    ...flag("pipeline", "pipeline-parallel-size"),
    ...flag("data", "data-parallel-size"),
    ...(parallelism["expert"] === true ? ["--enable-expert-parallel"] : []),
  ];
}
