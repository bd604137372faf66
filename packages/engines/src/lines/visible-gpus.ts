import { unknownIn } from "../shell/expand.ts";
import type { LaunchLine } from "./launch-line.ts";

/** Lists of GPUs that a process sees: CUDA, ROCm, and NVIDIA's container runtime. */
const LISTS = ["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"];
/** Programs that start ranks on other nodes too, so that the GPUs of one node do not give the number of GPUs. */
const SPREADERS = /(^|\/)(mpirun|mpiexec|srun|ray|trtllm-llmapi-launch)$/;

/** GPUs that a launch may use on all its nodes, by its surroundings; undefined if nothing states it, or if other nodes may help. */
export function visibleGpus({ env, before }: LaunchLine, others: ReadonlyMap<string, string>): number | undefined {
  if (before.some((word) => SPREADERS.test(word)) || isSpread(others)) return undefined;
  const counts = [ofDocker(before), ...LISTS.map((name) => listed(env.get(name)))].filter((count) => count !== undefined);
  const nodes = Number(others.get("nnodes") ?? 1);
  return counts.length === 0 || !Number.isInteger(nodes) ? undefined : Math.min(...counts) * nodes;
}

/** Whether ranks elsewhere are found by Ray, or take a share of the data groups. */
function isSpread(others: ReadonlyMap<string, string>): boolean {
  const backends = [others.get("distributed-executor-backend"), others.get("data-parallel-backend")];
  return backends.includes("ray") || others.has("data-parallel-size-local");
}

/** `--gpus 2`, `--gpus=2`, `--gpus '"device=0,1"'` of `docker run`; `all` says no number. */
function ofDocker(before: readonly string[]): number | undefined {
  const run = before.findIndex((word, at) => word === "run" && /(^|\/)(docker|podman|nerdctl)$/.test(before[at - 1] ?? ""));
  const at = before.findIndex((word, i) => i > run && /^--gpus(=|$)/.test(word));
  if (run < 0 || at < 0) return undefined;
  const value = before[at] === "--gpus" ? before[at + 1] : before[at]!.slice("--gpus=".length);
  const plain = value?.replaceAll('"', "") ?? "";
  if (/^\d+$/.test(plain)) return Number(plain);
  return listed(/^device=(.*)$/.exec(plain)?.[1]);
}

/** Number of entries of a list such as `0,1,2,3`, which may hold UUIDs. */
function listed(list: string | undefined): number | undefined {
  if (list === undefined || unknownIn(list) !== undefined) return undefined;
  const names = list.split(",").map((name) => name.trim());
  return names.every((name) => /^(\d+|(GPU|MIG)-[\w-]+)$/.test(name)) ? names.length : undefined;
}
