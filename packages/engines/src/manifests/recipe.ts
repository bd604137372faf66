import { PRESETS } from "@tokenyard/scenario";
import type { Benchmark, BenchmarkLoad, Instance } from "../instance.ts";
import { type ServerName, tagOf } from "../lines/launch-line.ts";
import { POLICIES } from "../lines/router-policy.ts";
import { noFlags, readFlag } from "../lines/server-flags.ts";
import { brief, type ImportProblem } from "../place.ts";
import { countIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsRead } from "./manifests-read.ts";

/** Whether `text` has at its left edge the keys of a recipe of srt-slurm, which InferenceX runs over several nodes. */
export function looksLikeRecipe(text: string): boolean {
  return /^resources\s*:/m.test(text) && /^model\s*:/m.test(text) && /^(?:backend|engine|roles)\s*:/m.test(text);
}

export function isRecipe(tree: Tree): boolean {
  return (
    Object.hasOwn(tree, "resources") &&
    Object.hasOwn(tree, "model") &&
    ["backend", "engine", "roles"].some((key) => Object.hasOwn(tree, key))
  );
}

/** A role of a recipe: its names in both of its forms, `backend` with `resources`, and `roles`. */
interface RecipeRole {
  readonly role: Instance["role"];
  readonly config: string;
  readonly resource: string;
  readonly name: string;
}

const ROLES: readonly RecipeRole[] = [
  { role: "prefill", config: "prefill", resource: "prefill", name: "prefill" },
  { role: "decode", config: "decode", resource: "decode", name: "decode" },
  { role: "all", config: "aggregated", resource: "agg", name: "agg" },
];

const SERVERS: readonly ServerName[] = ["vllm", "sglang", "trtllm"];

/** The workers of a recipe, its GPUs and its benchmark. Source: srt-slurm, docs/config-reference.md. */
export function recipeServers({ tree, place }: ManifestDocument): ManifestsRead {
  const named = valueIn(tree, "engine", "type") ?? valueIn(tree, "engine") ?? valueIn(tree, "backend", "type") ?? "sglang";
  const server = SERVERS.find((each) => each === named);
  if (server === undefined) {
    const wanted = SERVERS.join(", ");
    const at = place(Object.hasOwn(tree, "engine") ? ["engine", "type"] : ["backend", "type"]);
    return { instances: [], problems: [{ place: at, subject: "engine", given: brief(String(named)), wanted }], remarks: [] };
  }
  const instances = ROLES.flatMap((role) => instanceOf(role, server, tree, place) ?? []);
  const problems = [...instances.flatMap(({ flags }) => flags.problems), ...countProblems({ tree, place })];
  if (instances.length === 0 && problems.length === 0)
    problems.push({
      place: place(["resources"]),
      subject: "",
      given: "a recipe without workers",
      wanted: "prefill and decode workers, or agg_workers",
    });
  const args = mapIn(tree, "frontend", "args");
  const balancer = POLICIES[String(args["router-mode"] ?? args["policy"] ?? "")];
  return {
    instances,
    problems,
    remarks: benchmarkRemarks(tree),
    benchmark: { gpu: gpuOf({ tree, place }, problems), load: loadOf(tree) },
    ...(balancer === undefined ? {} : { balancer }),
  };
}

function instanceOf(
  { role, config, resource, name }: RecipeRole,
  server: ServerName,
  tree: Tree,
  place: ManifestDocument["place"],
): Instance | undefined {
  const resources = mapIn(tree, "resources");
  const own = mapIn(tree, "roles", name);
  const workers = countIn(own, "workers") ?? countIn(resources, `${resource}_workers`);
  const path = Object.hasOwn(mapIn(tree, "roles"), name) ? ["roles", name, "args"] : ["backend", `${server}_config`, config];
  if (workers === undefined || workers === 0) return undefined;
  const flags = noFlags(server);
  const source = { place: (flag: string) => place([...path, flag]), file: () => undefined };
  for (const [flag, value] of Object.entries(mapIn(tree, ...path))) readFlag(flag, listText(value), flags, source);
  const nodes = countIn(own, "nodes") ?? countIn(resources, `${resource}_nodes`);
  const perNode = countIn(resources, "gpus_per_node");
  const computed = nodes === undefined || nodes === 0 || perNode === undefined ? undefined : Math.floor((nodes * perNode) / workers);
  const model = valueIn(tree, "model", "path");
  return {
    name: role === "all" ? "agg" : role,
    flags,
    version: tagOf(String(valueIn(tree, "model", "container") ?? "")),
    model: typeof model === "string" ? model : undefined,
    servedModel: flags.others.get("served-model-name"),
    role,
    replicas: workers,
    gpus: countIn(own, "gpus") ?? countIn(resources, `gpus_per_${resource}`) ?? computed,
    place: place(path),
  };
}

/** Value in place of a number of nodes: on those of another role. */
const COLOCATED = "colocate";

/** Problems of counts of nodes, workers and GPUs that are not whole numbers: the degrees could not be checked without them. */
function countProblems({ tree, place }: Pick<ManifestDocument, "tree" | "place">): ImportProblem[] {
  const paths = [
    ["resources", "gpus_per_node"],
    ...ROLES.flatMap(({ resource, name }) => [
      ...["nodes", "workers"].map((what) => ["resources", `${resource}_${what}`]),
      ["resources", `gpus_per_${resource}`],
      ...["nodes", "workers", "gpus"].map((what) => ["roles", name, what]),
    ]),
  ];
  return paths.flatMap((path) => {
    const given = valueIn(tree, ...path);
    if (given === undefined || given === null || given === COLOCATED || countIn(tree, ...path) !== undefined) return [];
    return [{ place: place(path), subject: path.join("."), given: brief(String(given)), wanted: "a whole number" }];
  });
}

/** A list as a command line has it. */
function listText(value: unknown): unknown {
  return Array.isArray(value) && value.every((each) => typeof each !== "object") ? value.join(" ") : value;
}

/** The preset of `resources.gpu_type`, such as h100-sxm of h100. */
function gpuOf({ tree, place }: Pick<ManifestDocument, "tree" | "place">, problems: ImportProblem[]): string | undefined {
  const given = valueIn(tree, "resources", "gpu_type");
  if (given === undefined) return undefined;
  const type = String(given).toLowerCase();
  const found = [type, `${type}-sxm`].find((name) => Object.hasOwn(PRESETS.gpu, name));
  if (found === undefined)
    problems.push({
      place: place(["resources", "gpu_type"]),
      subject: "resources.gpu_type",
      given: brief(String(given)),
      wanted: Object.keys(PRESETS.gpu).join(", "),
    });
  return found;
}

/** Concurrencies of a benchmark, given as `[512, 1024]`, `"512x1024"` or one number. */
function concurrenciesOf(tree: Tree): readonly number[] {
  const given = valueIn(tree, "benchmark", "concurrencies") ?? valueIn(tree, "benchmark", "concurrency");
  const parts: readonly unknown[] = Array.isArray(given) ? given : typeof given === "string" ? given.split(/[x\s,]+/) : [given];
  return parts.map(Number).filter((each) => Number.isSafeInteger(each) && each > 0);
}

/** Remarks on parts of the benchmark that are simulated differently, or not at all. */
function benchmarkRemarks(tree: Tree): string[] {
  const given = mapIn(tree, "benchmark");
  if (loadOf(tree) === undefined)
    return ["isl", "osl", "concurrencies"].some((key) => Object.hasOwn(given, key))
      ? ["benchmark: isl, osl and concurrencies are not all numbers, and none of them is taken"]
      : [];
  const rate = given["req_rate"];
  const concurrencies = concurrenciesOf(tree);
  return [
    ...(concurrencies.length > 1 ? [`benchmark.concurrencies ${brief(concurrencies.join(", "))}: the first is simulated`] : []),
    ...(Number.isFinite(Number(rate ?? Number.NaN))
      ? [`benchmark.req_rate ${brief(String(rate))}: not taken; clients send their next prompt when they are answered`]
      : []),
  ];
}

const PROMPTS_OF_A_CLIENT = 10; // num_prompts_mult of the recipes

function loadOf(tree: Tree): Benchmark["load"] {
  const [prompt, output] = [countIn(tree, "benchmark", "isl"), countIn(tree, "benchmark", "osl")];
  const [concurrency] = concurrenciesOf(tree);
  if (prompt === undefined || output === undefined || concurrency === undefined) return undefined;
  const requests = concurrency * (countIn(tree, "benchmark", "num_prompts_mult") ?? PROMPTS_OF_A_CLIENT);
  return { prompt, output, concurrency, requests } satisfies BenchmarkLoad;
}
