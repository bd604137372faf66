import { type FlagValue, type Layout, mostVerifiedOf, type Scenario } from "@tokenyard/scenario";
import { limitsOf, type ServerRole } from "./given.ts";

/** Tokens of a rank for which SGLang makes room in DeepEP's low-latency buffers unasked, and at most. Source: token_dispatcher/deepep.py. */
const UNASKED = 128;
const MOST = 1024;
/** Entries of NVSHMEM's queues unasked; a dispatch needs two for each token and two more. Source: deep_ep/buffers, low_latency_dispatch. */
const QUEUE = 1024;

/** Variables with which the decode steps of an SGLang by DeepEP have room for all sequences; the engine stops at a larger batch. */
export function dispatchRoom(
  scenario: Scenario,
  { attention }: Layout,
  role: ServerRole,
  flags: ReadonlyMap<string, FlagValue>,
  remarks: string[],
): Readonly<Record<string, string>> {
  const { maxSequences } = limitsOf(scenario);
  if (flags.get("moe-a2a-backend") !== "deepep" || flags.get("deepep-mode") === "normal") return {};
  if (role === "prefill" || maxSequences === undefined) return {};
  const rows = mostVerifiedOf(scenario.serving);
  const tokens = Math.ceil((maxSequences * rows) / attention.tensor);
  if (tokens <= UNASKED) return {};
  const room = Math.min(tokens, MOST);
  if (room < tokens) {
    const most = Math.floor((MOST * attention.tensor) / rows) * attention.data;
    remarks.push(
      `decode steps of up to ${tokens} tokens a rank, of which SGLang passes ${MOST} to DeepEP's low-latency kernels and stops at more: set --max-running-requests ${most}`,
    );
  }
  const queue = 2 * (room + 1);
  return {
    SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK: String(room),
    ...(queue > QUEUE ? { NVSHMEM_QP_DEPTH: String(queue > 2 * QUEUE ? 4 * QUEUE : 2 * QUEUE) } : {}),
  };
}
