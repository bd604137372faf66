import type { Instance, Launched } from "../instance.ts";
import type { Variables } from "../shell/expand.ts";
import { containerServers, gpusOf } from "./container.ts";
import { countIn, listIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsAround, ManifestsRead } from "./manifests-read.ts";

/** The workers of a DynamoGraphDeployment: a service each, with its own engine's flags. */
export function dynamoServers({ tree, place }: ManifestDocument, around: ManifestsAround): ManifestsRead {
  const services = serviceEntries(tree);
  const variables: Variables = new Map([...around.variables, ...environmentOf(tree)]);
  const reads = services.map(({ name, service, path }) => {
    const container = { ...mapIn(service, "extraPodSpec", "mainContainer"), ...mainOfTemplate(service) };
    const nodes = countIn(service, "multinode", "nodeCount") ?? 1;
    return containerServers(container, {
      name,
      file: around.file,
      place: place(path),
      variables,
      files: around.files,
      replicas: countIn(service, "replicas") ?? 1,
      nodes,
      role: roleOf(service),
      gpus: gpusOf(service) ?? gpusOf(container),
    });
  });
  const balancer = balancerOf(services.map(({ service }) => service));
  return {
    instances: reads.flatMap(({ instances }) => instances),
    problems: reads.flatMap(({ problems }) => problems),
    remarks: [],
    ...(balancer === undefined ? {} : { balancer }),
  };
}

interface ServiceEntry {
  readonly name: string;
  readonly service: Tree;
  readonly path: readonly (string | number)[];
}

/** `spec.services` by name, and in newer versions the list `spec.components`. */
function serviceEntries(tree: Tree): readonly ServiceEntry[] {
  const named = Object.entries(mapIn(tree, "spec", "services")).map(([name, service]) => ({
    name,
    service: asTree(service),
    path: ["spec", "services", name],
  }));
  const listed = listIn(tree, "spec", "components").map((service, at) => ({
    name: String(valueIn(service, "name") ?? at),
    service: asTree(service),
    path: ["spec", "components", at],
  }));
  return [...named, ...listed];
}

function asTree(value: unknown): Tree {
  return typeof value === "object" && value !== null ? (value as Tree) : {};
}

/** A component's pod template has the container `main`. */
function mainOfTemplate(service: Tree): Tree {
  const containers = listIn(service, "podTemplate", "spec", "containers");
  return asTree(containers.find((each) => valueIn(each, "name") === "main") ?? containers[0]);
}

function environmentOf(tree: Tree): readonly (readonly [string, string])[] {
  return listIn(tree, "spec", "envs").flatMap((each) => {
    const [name, value] = [valueIn(each, "name"), valueIn(each, "value")];
    return typeof name === "string" && value !== undefined ? [[name, String(value)] as const] : [];
  });
}

function roleOf(service: Tree): Instance["role"] | undefined {
  const role = service["subComponentType"] ?? service["type"];
  return role === "prefill" || role === "decode" ? role : undefined;
}

/** The router's mode: by its argument, or by the variable DYN_ROUTER_MODE. */
function balancerOf(services: readonly Tree[]): Launched["balancer"] {
  const text = JSON.stringify(services.filter((each) => (each["componentType"] ?? each["type"]) === "frontend"));
  if (text.length > 1_000_000) return undefined;
  const mode =
    /router-mode(?:",\s*"|[ =])(kv|round-robin|random)/.exec(text)?.[1] ??
    /DYN_ROUTER_MODE","value":"(kv|round-robin|random)/.exec(text)?.[1];
  return mode === "kv" ? "prefix-aware" : (mode as Launched["balancer"]);
}
