import { stringify } from "yaml";
import { flagWords } from "./lines.ts";
import { type LaunchAround, localGroups, nodesOf, ranksOf } from "./ranks.ts";
import { FIRST_PORT } from "./router.ts";
import { comments, type LaunchFile, nested, optionsName } from "./scripts.ts";
import type { Server } from "./server.ts";

const IMAGES = { vllm: "vllm/vllm-openai", sglang: "lmsysorg/sglang", trtllm: "nvcr.io/nvidia/tensorrt-llm/release" } as const;
const RUNTIMES = { vllm: "vllm-runtime", sglang: "sglang-runtime", trtllm: "tensorrtllm-runtime" } as const;

/** What a manifest needs beside the launch. */
export interface ManifestAround extends LaunchAround {
  readonly name: string;
  readonly version: string;
  readonly isPrefixAware: boolean;
}

/** A DynamoGraphDeployment with a frontend and a service for each role. */
export function dynamoManifest(servers: readonly Server[], around: ManifestAround): LaunchFile {
  const { name, isPrefixAware } = around;
  const frontend = {
    componentType: "frontend",
    replicas: 1,
    ...(isPrefixAware ? { envs: [{ name: "DYN_ROUTER_MODE", value: "kv" }] } : {}),
  };
  const services = Object.fromEntries(
    servers.map((server) => [server.role === "all" ? "worker" : server.role, dynamoService(server, around)]),
  );
  const configs = servers.filter(({ engine }) => engine.name === "trtllm").map((server) => configMap(server, name));
  const deployment = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name },
    spec: { services: { Frontend: frontend, ...services } },
  };
  return { name: "deploy.yaml", text: documents([...configs, deployment], servers) };
}

function dynamoService(server: Server, around: ManifestAround): object {
  const { engine, role, copies } = server;
  const nodes = nodesOf(server, around);
  const gpus = Math.min(ranksOf(server), around.gpusPerNode);
  const module = `dynamo.${engine.name}`;
  const flags = engine.name === "trtllm" ? ["--extra-engine-args", `/config/${optionsName(server)}`] : flagWords(own(server));
  const roleWords =
    role === "all"
      ? []
      : engine.name === "vllm"
        ? role === "prefill"
          ? ["--is-prefill-worker"]
          : ["--is-decode-worker"]
        : ["--disaggregation-mode", role];
  const modelFlag = engine.name === "vllm" ? "--model" : "--model-path";
  return {
    componentType: "worker",
    ...(role === "all" ? {} : { subComponentType: role }),
    replicas: copies,
    ...(variablesOf(server).length > 0 ? { envs: variablesOf(server) } : {}),
    ...(nodes > 1 ? { multinode: { nodeCount: nodes } } : {}),
    resources: { limits: { gpu: String(gpus) } },
    extraPodSpec: {
      mainContainer: {
        image: `nvcr.io/nvidia/ai-dynamo/${RUNTIMES[engine.name]}:latest`,
        command: ["python3", "-m", module],
        args: [modelFlag, around.model, ...flags, ...roleWords],
      },
    },
  };
}

function variablesOf({ environment }: Server): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(environment).map(([name, value]) => ({ name, value }));
}

function own({
  flags,
}: Server): readonly (readonly [string, Parameters<typeof flagWords>[0] extends Iterable<readonly [string, infer V]> ? V : never])[] {
  return [...flags].filter(([name]) => name !== "kv-transfer-config");
}

/** A Deployment for each server of one node, a LeaderWorkerSet for one of several, each with a Service for the replies. */
export function kubernetesManifest(servers: readonly Server[], around: ManifestAround): LaunchFile {
  const objects = servers.flatMap((server) => {
    const config = server.engine.name === "trtllm" ? [configMap(server, around.name)] : [];
    return [...config, nodesOf(server, around) > 1 ? leaderWorkerSet(server, around) : deployment(server, around), service(server, around)];
  });
  const isSeveral = servers.length > 1 || servers.some(({ copies }) => copies > 1);
  const router =
    "# Requests need a router in front, such as llm-d's inference scheduler, or vllm-router or sglang_router with --service-discovery.\n";
  return { name: "deploy.yaml", text: `${isSeveral ? router : ""}${documents(objects, servers)}` };
}

function podName(server: Server, { name }: ManifestAround): string {
  return server.role === "all" ? name : `${name}-${server.role}`;
}

function labels(server: Server, around: ManifestAround): Record<string, string> {
  return { app: podName(server, around), ...(server.role === "all" ? {} : { "llm-d.ai/role": server.role }) };
}

function container(server: Server, around: ManifestAround, node: string | undefined): object {
  const { engine, role, layout } = server;
  const nodes = nodesOf(server, around);
  const gpus = Math.min(ranksOf(server), around.gpusPerNode);
  const head =
    engine.name === "vllm"
      ? ["vllm", "serve", around.model]
      : engine.name === "sglang"
        ? ["python3", "-m", "sglang.launch_server", "--model-path", around.model]
        : ["trtllm-serve", around.model];
  const flags = engine.name === "trtllm" ? ["--extra_llm_api_options", `/config/${optionsName(server)}`] : flagWords(own(server));
  const roleWords =
    role === "all" || engine.name === "trtllm"
      ? []
      : engine.name === "vllm"
        ? [
            "--kv-transfer-config",
            JSON.stringify({ kv_connector: "NixlConnector", kv_role: role === "prefill" ? "kv_producer" : "kv_consumer" }),
          ]
        : ["--disaggregation-mode", role];
  const local = localGroups(server, around);
  const address = "$(LWS_LEADER_ADDRESS)";
  const nodeWords =
    node === undefined
      ? []
      : engine.name === "vllm" && layout.attention.data > 1
        ? [
            "--data-parallel-size-local",
            String(local),
            "--data-parallel-address",
            address,
            "--data-parallel-rpc-port",
            "13345",
            ...(node === "0" ? [] : ["--headless", "--data-parallel-start-rank", `$((LWS_WORKER_INDEX * ${local}))`]),
          ]
        : [
            "--nnodes",
            String(nodes),
            "--node-rank",
            node === "0" ? "0" : "$(LWS_WORKER_INDEX)",
            engine.name === "vllm" ? "--master-addr" : "--dist-init-addr",
            engine.name === "vllm" ? address : `${address}:5000`,
            ...(engine.name === "vllm" && node !== "0" ? ["--headless"] : []),
          ];
  const listens = node === "n" ? [] : ["--host", "0.0.0.0", "--port", String(FIRST_PORT)]; // alone a server hears its own pod only
  const words = [...head, ...flags, ...roleWords, ...listens, ...(engine.name === "trtllm" ? [] : nodeWords)];
  const env = [...(role !== "all" && engine.name === "vllm" ? [OWN_ADDRESS] : []), ...variablesOf(server)];
  const isCounted = words.some((word) => word.startsWith("$((")); // which a shell does
  return {
    name: "server",
    image: `${IMAGES[engine.name]}:${engine.name === "trtllm" ? "" : "v"}${tagOf(around.version)}`,
    command: isCounted ? ["/bin/sh", "-c"] : head.slice(0, -1),
    args: isCounted ? [`exec ${shellText(words)}`] : words.slice(head.length - 1),
    ...(env.length > 0 ? { env } : {}),
    ports: [{ containerPort: FIRST_PORT }],
    resources: { limits: { "nvidia.com/gpu": String(gpus) } },
    ...(engine.name === "trtllm" ? { volumeMounts: [{ name: "config", mountPath: "/config" }] } : {}),
  };
}

/** Address at which a pod serves its cache; other pods have to reach it. */
const OWN_ADDRESS = { name: "VLLM_NIXL_SIDE_CHANNEL_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } };

/** Text for `sh -c`, with sums and variables of Kubernetes in the shell's syntax. */
function shellText(words: readonly string[]): string {
  const shown = (word: string) =>
    /^[\w./:=@%+,-]+$|^\$\(/.test(word) ? word.replace(/^\$\((\w+)\)/, "$$$1") : `'${word.replaceAll("'", "'\\''")}'`;
  return words.map(shown).join(" ");
}

function podSpec(server: Server, around: ManifestAround, node: string | undefined): object {
  const volumes =
    server.engine.name === "trtllm" ? { volumes: [{ name: "config", configMap: { name: `${podName(server, around)}-options` } }] } : {};
  return { containers: [container(server, around, node)], ...volumes };
}

function deployment(server: Server, around: ManifestAround): object {
  const matchLabels = labels(server, around);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: podName(server, around), labels: matchLabels },
    spec: {
      replicas: server.copies,
      selector: { matchLabels },
      template: { metadata: { labels: matchLabels }, spec: podSpec(server, around, undefined) },
    },
  };
}

function leaderWorkerSet(server: Server, around: ManifestAround): object {
  const metadata = { labels: labels(server, around) };
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    metadata: { name: podName(server, around), ...metadata },
    spec: {
      replicas: server.copies,
      leaderWorkerTemplate: {
        size: nodesOf(server, around),
        leaderTemplate: { metadata, spec: podSpec(server, around, "0") },
        workerTemplate: { metadata, spec: podSpec(server, around, "n") },
      },
    },
  };
}

/** Reaches the pods that answer requests; of a LeaderWorkerSet its leaders. */
function service(server: Server, around: ManifestAround): object {
  const leads = nodesOf(server, around) > 1 ? { "leaderworkerset.sigs.k8s.io/worker-index": "0" } : {};
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: podName(server, around), labels: labels(server, around) },
    spec: { selector: { ...labels(server, around), ...leads }, ports: [{ name: "http", port: FIRST_PORT, targetPort: FIRST_PORT }] },
  };
}

function configMap(server: Server, name: string): object {
  const pod = server.role === "all" ? name : `${name}-${server.role}`;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${pod}-options` },
    data: { [optionsName(server)]: stringify(nested(server)) },
  };
}

function documents(objects: readonly object[], servers: readonly Server[]): string {
  return `${comments(servers)}${objects.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n")}`;
}

/** `version` with its three numbers, as tags have them. */
function tagOf(version: string): string {
  return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
}
