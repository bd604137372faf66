import type { Facts, Flag } from "../flag.ts";
import { staysAhead } from "./speculation.ts";

const ARGS = "tensorrt_llm/llmapi/llm_args.py";
const SCHEDULER = "tensorrt_llm/_torch/pyexecutor/py_executor.py";

/** Whether data groups begin their prompts together; one group alone waits for no other. */
function isBalanced({ value }: Facts): boolean {
  return value("attention_dp_config.enable_balance") === true;
}

/** Options that say when prompts join a step. */
export const TRTLLM_WAITING: readonly Flag[] = [
  {
    name: "disable_overlap_scheduler",
    type: "switch",
    says: "off; on in a pool of prompts, which cannot do without, and with drafts of n-grams",
    unasked: ({ role }) => role === "prefill",
    keys: ["serving.stepsAhead"],
    sets: (value, facts) => (value === true || !staysAhead(facts) ? {} : { "serving.stepsAhead": 1 }),
    costs: {
      server: "slower",
      about:
        "on, the host's time of a step is not hidden; the fitted host time is that of servers that hide it, but for 1.0 of such as do not",
    },
    idle: [false],
    source: SCHEDULER,
  },
  {
    name: "batch_wait_max_tokens_ratio",
    type: "number",
    says: "0: no prompt waits",
    unasked: () => 0,
    keys: ["serving.batchWait"],
    source: ARGS,
  },
  {
    name: "batch_wait_timeout_iters",
    type: "whole",
    says: "0: no prompt waits",
    keys: ["serving.batchWait"],
    sets: (steps, { value }) => {
      const ratio = Math.min(1, Number(value("batch_wait_max_tokens_ratio")));
      return Number(steps) > 0 && ratio > 0 ? { "serving.batchWait.steps": steps, "serving.batchWait.share": `${100 * ratio} %` } : {};
    },
    source: `${SCHEDULER}, _waiting_requests`,
  },
  {
    name: "batch_wait_timeout_ms",
    type: "number",
    says: "0",
    keys: ["serving.batchWait"],
    sets: (ms) => (Number(ms) > 0 ? { "serving.batchWait.time": `${Number(ms)} ms` } : {}),
    costs: { server: "slower", about: "the engine waits with all its steps; here prompts wait, and decodes go on" },
    idle: [0],
    source: ARGS,
  },
  {
    name: "attention_dp_config.enable_balance",
    type: "switch",
    says: "off",
    keys: ["serving.dataGroups"],
    sets: (_, facts) => (isBalanced(facts) ? { "serving.dataGroups.prompts": "aligned" } : {}),
    source: `${SCHEDULER}, _balance_adp_requests`,
  },
  {
    name: "attention_dp_config.timeout_iters",
    type: "whole",
    says: "50",
    keys: ["serving.dataGroups.timeoutSteps"],
    sets: (steps, facts) => (isBalanced(facts) ? { "serving.dataGroups.timeoutSteps": steps } : {}),
    source: ARGS,
  },
  {
    name: "attention_dp_config.batching_wait_iters",
    type: "whole",
    says: "10",
    unasked: () => 10,
    keys: ["serving.dataGroups.waitSteps"],
    sets: (steps, facts) => (isBalanced(facts) ? { "serving.dataGroups.waitSteps": steps } : {}),
    source: ARGS,
  },
];
