import { instanceOf } from "../lines/instance-of.ts";
import { containerServers, gpusOf } from "./container.ts";
import { countIn, listIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsAround, ManifestsRead } from "./manifests-read.ts";

/** Formats whose runtime is vLLM behind a server of KServe's, which passes its flags on. Source: KServe, huggingfaceserver. */
const FORMATS = /^(?:huggingface|vllm)$/i;
/** Flags of that server alone. */
const OWN = /^--(?:model[-_](?:id|name|dir|revision)|backend|return[-_]\w+|task|http[-_]port)$/;

/** The servers of KServe's InferenceService: containers of the predictor, or a model that its runtime serves with vLLM. */
export function inferenceServers({ tree, place }: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const predictor = mapIn(tree, "spec", "predictor");
  const name = String(valueIn(tree, "metadata", "name") ?? "server");
  const replicas = Math.max(1, countIn(predictor, "minReplicas") ?? 1);
  const at = ["spec", "predictor"];
  const reads = listIn(predictor, "containers").map((container, index) =>
    containerServers(container as Tree, { name, ...around, place: place([...at, "containers", index]), replicas, nodes: 1 }),
  );
  const model = mapIn(predictor, "model");
  if (FORMATS.test(String(valueIn(model, "modelFormat", "name")))) {
    const here = place([...at, "model"]);
    const words = listIn(model, "args").map(String);
    const instance = instanceOf(
      { server: "vllm", isDynamo: false, before: [], args: [modelOf(model, words), ...withoutOwn(words)], env: around.variables },
      {
        name,
        place: here,
        source: { place: () => here, file: (file) => around.files.get(file) },
        image: "",
        replicas,
        gpus: gpusOf(model),
        role: undefined,
      },
    );
    if (instance !== undefined) reads.push({ instances: [instance], problems: instance.flags.problems });
  }
  return { instances: reads.flatMap(({ instances }) => instances), problems: reads.flatMap(({ problems }) => problems), remarks: [] };
}

function modelOf(model: Tree, words: readonly string[]): string {
  const at = words.findIndex((word) => /^--model[-_]id(?:=|$)/.test(word));
  if (at < 0) return String(valueIn(model, "storageUri") ?? "").replace(/^hf:\/\//, "");
  return words[at]!.includes("=") ? words[at]!.replace(/^[^=]*=/, "") : (words[at + 1] ?? "");
}

function withoutOwn(words: readonly string[]): string[] {
  return words.filter((word, at) => {
    const isValue = at > 0 && OWN.test(words[at - 1]!) && !word.startsWith("--");
    return !isValue && !OWN.test(word.replace(/=.*$/s, ""));
  });
}
