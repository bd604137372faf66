import type { Instance } from "../instance.ts";
import type { TextPlace } from "../place.ts";
import { unknownIn } from "../shell/expand.ts";
import { variablesOf } from "../variables.ts";
import { type LaunchLine, tagOf } from "./launch-line.ts";
import { type FlagSource, noFlags, readArguments, readFlag, type ServerFlags } from "./server-flags.ts";
import { visibleGpus } from "./visible-gpus.ts";

/** Context of a launch beside its words. */
export interface Around {
  readonly name: string;
  readonly place: TextPlace | undefined;
  readonly source: FlagSource;
  readonly image?: string | undefined;
  readonly replicas?: number;
  readonly gpus?: number | undefined;
  readonly role?: Instance["role"] | undefined;
}

/** The server that `line` launches; undefined where it is a further rank of one that another line launches. */
export function instanceOf(line: LaunchLine, around: Around): Instance | undefined {
  const flags = noFlags(line.server);
  readEnvironment(line, flags, around.source);
  readArguments(line.args, flags, around.source);
  if (isFurtherRank(flags.others)) return undefined;
  refuseSpreadReplicas(flags);
  const { others } = flags;
  const model = others.get("model-path") ?? others.get("model") ?? flags.positional;
  return {
    name: around.name,
    flags,
    version: line.imageTag ?? (around.image === undefined ? undefined : tagOf(around.image)),
    ...(model === undefined || unknownIn(model) === undefined ? { model } : { model: undefined, unknownModel: model }),
    servedModel: others.get("served-model-name"),
    role: around.role ?? roleOf(flags),
    replicas: around.replicas ?? 1,
    gpus: around.gpus ?? visibleGpus(line, others),
    place: around.place,
  };
}

/** Environment variables that replace a flag. */
const BY_ENVIRONMENT: Readonly<Record<string, string>> = {
  VLLM_ALL2ALL_BACKEND: "all2all-backend",
  VLLM_ROCM_QUICK_REDUCE_QUANTIZATION: "rocm-quick-reduce-quantization",
};

/** Values of a variable that turn it on, in small letters. Source: python/sglang/srt/environ.py, EnvBool. */
const ON: ReadonlySet<string> = new Set(["1", "true", "yes", "y"]);

function readEnvironment({ env, server }: LaunchLine, flags: ServerFlags, source: FlagSource): void {
  for (const [variable, flag] of variablesOf(server)) {
    const value = env.get(variable)?.toLowerCase();
    if (value !== undefined && unknownIn(value) === undefined) readFlag(flag, ON.has(value), flags, source);
  }
  if (server !== "vllm") return;
  for (const [name, flag] of Object.entries(BY_ENVIRONMENT)) {
    const value = env.get(name);
    if (value !== undefined && unknownIn(value) === undefined) readFlag(flag, value, flags, source);
  }
}

/** SGLang keeps replicas of one server on its node, and stops otherwise. Source: python/sglang/srt/server_args.py, check_server_args. */
function refuseSpreadReplicas({ engine, stated, others, problems }: ServerFlags): void {
  const replicas = stated.get("dp-size");
  if (engine.name !== "sglang" || !(Number(replicas?.value) > 1) || stated.get("enable-dp-attention")?.value === true) return;
  const nodes = others.get("nnodes");
  if (!(Number(nodes) > 1)) return;
  problems.push({
    ...(replicas!.place === undefined ? {} : { place: replicas!.place }),
    subject: "--dp-size",
    given: `${replicas!.value} replicas over ${nodes} nodes, which SGLang refuses`,
    wanted: "--enable-dp-attention, or a server of its own for each replica",
  });
}

/** Ranks of other nodes repeat the line of the first. */
function isFurtherRank(others: ReadonlyMap<string, string>): boolean {
  const rank = (name: string) => Number(others.get(name) ?? 0);
  return (
    rank("node-rank") > 0 || rank("data-parallel-rank") > 0 || rank("data-parallel-start-rank") > 0 || others.get("headless") === "true"
  );
}

function roleOf({ others, stated }: ServerFlags): Instance["role"] {
  const mode = others.get("disaggregation-mode");
  if (mode === "prefill" || mode === "decode") return mode;
  const ofTrtllm = others.get("server-role")?.toLowerCase();
  if (ofTrtllm === "context" || ofTrtllm === "generation") return ofTrtllm === "context" ? "prefill" : "decode";
  if (others.get("is-prefill-worker") === "true") return "prefill";
  if (others.get("is-decode-worker") === "true") return "decode";
  const transfer = stated.get("kv-transfer-config")?.value;
  if (typeof transfer !== "string") return "all";
  if (transfer.includes("kv_producer")) return "prefill";
  return transfer.includes("kv_consumer") ? "decode" : "all";
}
