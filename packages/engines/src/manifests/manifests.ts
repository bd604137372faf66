import type { Instance } from "../instance.ts";
import type { Variables } from "../shell/expand.ts";
import { containerServers } from "./container.ts";
import { countIn, listIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import { dynamoServers } from "./dynamo.ts";
import { inferenceServers } from "./inference-service.ts";
import { llmInferenceServers } from "./llm-inference-service.ts";
import type { ManifestsAround, ManifestsRead } from "./manifests-read.ts";

/** Kinds with one template of pods. */
const POD_KINDS = ["Deployment", "StatefulSet", "ReplicaSet", "Job", "DaemonSet", "Pod"];

/** Kinds that launch servers, for messages. */
export const KINDS = ["DynamoGraphDeployment", "LeaderWorkerSet", "LLMInferenceService", "InferenceService", ...POD_KINDS];

/** The servers that the documents of a manifest launch. */
export function manifestServers(
  documents: readonly ManifestDocument[],
  file: string,
  variables: Variables,
  beside: ReadonlyMap<string, string>,
): ManifestsRead {
  const files = new Map([...beside, ...documents.filter(({ kind }) => kind === "ConfigMap").flatMap(({ tree }) => configFiles(tree))]);
  const around: ManifestsAround = { file, variables, files };
  const read = documents.map((document) => readDocument(document, around));
  const balancer = read.map((each) => each.balancer).find((each) => each !== undefined);
  return {
    instances: read.flatMap(({ instances }) => instances),
    problems: read.flatMap(({ problems }) => problems),
    remarks: read.flatMap(({ remarks }) => remarks),
    ...(balancer === undefined ? {} : { balancer }),
  };
}

function configFiles(tree: Tree): [string, string][] {
  return Object.entries(mapIn(tree, "data")).flatMap(([name, text]): [string, string][] =>
    typeof text === "string" ? [[name, text]] : [],
  );
}

function readDocument(document: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const { kind } = document;
  if (kind === "DynamoGraphDeployment") return dynamoServers(document, around);
  if (kind === "LLMInferenceService") return llmInferenceServers(document, around);
  if (kind === "InferenceService") return inferenceServers(document, around);
  if (kind === "LeaderWorkerSet") return leaderWorkerServers(document, around);
  if (POD_KINDS.includes(kind)) return podServers(document, around);
  return { instances: [], problems: [], remarks: [] };
}

/** A group of pods is one server over `size` nodes; only its leader serves. */
function leaderWorkerServers({ tree, place }: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const size = countIn(tree, "spec", "leaderWorkerTemplate", "size") ?? 1;
  const base = ["spec", "leaderWorkerTemplate"];
  const variables: Variables = new Map([...around.variables, ["LWS_GROUP_SIZE", String(size)], ["LWS_WORKER_INDEX", "0"]]);
  for (const template of ["leaderTemplate", "workerTemplate"]) {
    const path = [...base, template, "spec", "containers"];
    const read = containersAt(
      tree,
      path,
      { ...around, variables },
      { place, replicas: countIn(tree, "spec", "replicas") ?? 1, nodes: size, role: roleIn(tree) },
    );
    if (read.instances.length > 0) return read;
  }
  return { instances: [], problems: [], remarks: [] };
}

function podServers({ tree, kind, place }: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const path = kind === "Pod" ? ["spec", "containers"] : ["spec", "template", "spec", "containers"];
  return containersAt(tree, path, around, { place, replicas: countIn(tree, "spec", "replicas") ?? 1, nodes: 1, role: roleIn(tree) });
}

interface PodsAround {
  readonly place: ManifestDocument["place"];
  readonly replicas: number;
  readonly nodes: number;
  readonly role: Instance["role"] | undefined;
}

function containersAt(
  tree: Tree,
  path: readonly string[],
  around: ManifestsAround,
  { place, replicas, nodes, role }: PodsAround,
): ManifestsRead {
  const name = String(valueIn(tree, "metadata", "name") ?? "server");
  const reads = listIn(tree, ...path).map((container, at) => {
    const part = typeof container === "object" && container !== null ? (container as Tree) : {};
    const key = Object.hasOwn(part, "args") ? "args" : "command";
    return containerServers(part, { name, ...around, place: place([...path, at, key]), replicas, nodes, role });
  });
  return { instances: reads.flatMap(({ instances }) => instances), problems: reads.flatMap(({ problems }) => problems), remarks: [] };
}

/** The role that a label names, as llm-d writes it. */
function roleIn(tree: Tree): Instance["role"] | undefined {
  const labels = [
    mapIn(tree, "metadata", "labels"),
    mapIn(tree, "spec", "template", "metadata", "labels"),
    mapIn(tree, "spec", "leaderWorkerTemplate", "workerTemplate", "metadata", "labels"),
  ];
  const role = labels.map((each) => each["llm-d.ai/role"]).find((each) => each !== undefined);
  return role === "prefill" || role === "decode" ? role : undefined;
}
