import { chosen, type KernelImport, trafficSelection } from "./kernel-import.ts";

// Collectives, exchanges of tokens and sends as AIConfigurator's collector and Vidur's profiler write them.

/** Bytes of an element; collectives of engines carry 16 bits, of which both formats take the same. */
const HALVES = { half: "half", float16: "half", bfloat16: "half" };
const HALF_BYTES = 2;
const US = "CAST(latency AS DOUBLE) * 1000";

/** Sizes are counted in elements; all ranks share a node. */
export const AICONFIGURATOR_COLLECTIVES: KernelImport = {
  name: "collectives of AIConfigurator",
  of: "traffic",
  columns: ["nccl_dtype", "num_gpus", "message_size", "op_name", "latency"],
  selections: (from) => {
    const traffic = chosen("op_name", {
      all_reduce: "all-reduce",
      all_gather: "all-gather",
      reduce_scatter: "reduce-scatter",
      alltoall: "all-to-all",
    });
    const cells = { traffic, library: "'nccl'", ranks: "num_gpus", nodes: 1, bytes: `message_size * ${HALF_BYTES}`, us: US };
    return [trafficSelection(cells, from, `${chosen("nccl_dtype", HALVES)} IS NOT NULL AND ${traffic} IS NOT NULL AND num_gpus > 1`)];
  },
};

/** All-reduces of engines; those that were launched one by one include the host's time. */
export const AICONFIGURATOR_ALL_REDUCE: KernelImport = {
  name: "all-reduces of AIConfigurator",
  of: "traffic",
  columns: ["allreduce_dtype", "num_gpus", "message_size", "kernel_source", "latency"],
  selections: (from) => {
    const starts = ["vllm", "sglang", "trtllm"].map((library) => `WHEN starts_with(lower(kernel_source), '${library}') THEN '${library}'`);
    const library = `CASE ${starts.join(" ")} END`;
    const cells = { traffic: "'all-reduce'", library, ranks: "num_gpus", nodes: 1, bytes: `message_size * ${HALF_BYTES}`, us: US };
    const where = `${chosen("allreduce_dtype", HALVES)} IS NOT NULL AND ${library} IS NOT NULL AND num_gpus > 1`;
    return [trafficSelection(cells, from, `${where} AND NOT ends_with(lower(kernel_source), '_eager')`)];
  },
};

/** Ranks of a node, where files give nodes alone. */
const PER_NODE = 8;
const EXCHANGE = {
  library: "'deepep'",
  ranks: `node_num * ${PER_NODE}`,
  nodes: "node_num",
  experts: "num_experts",
  topK: "num_topk",
  tokens: "num_token",
};
const EXCHANGE_COLUMNS = ["node_num", "hidden_size", "num_token", "num_topk", "num_experts"];

/** DeepEP's normal kernels. Tokens go in fp8 and results come in 16 bits; ranks wait until each knows how many it gets. */
export const AICONFIGURATOR_TOKENS: KernelImport = {
  name: "exchanges per token of AIConfigurator",
  of: "traffic",
  columns: [
    ...EXCHANGE_COLUMNS,
    "dispatch_sms",
    "dispatch_transmit_us",
    "dispatch_notify_us",
    "combine_sms",
    "combine_transmit_us",
    "combine_notify_us",
  ],
  selections: (from) =>
    exchangesOf(
      from,
      "per-token",
      (phase) => `${phase}_transmit_us + ${phase}_notify_us`,
      (phase) => `${phase}_sms`,
    ),
};

/** DeepEP's low-latency kernels. */
export const AICONFIGURATOR_COPIES: KernelImport = {
  name: "exchanges per copy of AIConfigurator",
  of: "traffic",
  columns: [...EXCHANGE_COLUMNS, "dispatch_avg_t_us", "combine_avg_t_us"],
  selections: (from) => exchangesOf(from, "per-copy", (phase) => `${phase}_avg_t_us`),
};

function exchangesOf(from: string, way: string, us: (phase: string) => string, multiprocessors?: (phase: string) => string): string[] {
  return [["dispatch", 1] as const, ["combine", HALF_BYTES] as const].map(([phase, bytes]) =>
    trafficSelection(
      {
        ...EXCHANGE,
        traffic: `'${way}-${phase}'`,
        tokenBytes: `hidden_size * ${bytes}`,
        us: us(phase),
        ...(multiprocessors === undefined ? {} : { multiprocessors: multiprocessors(phase) }),
      },
      from,
      `${us(phase)} > 0`,
    ),
  );
}

// Vidur: medians in milliseconds, sizes in bytes, timed eagerly.

const VIDUR_COLUMNS = ["num_workers", "size", "devices_per_node"];

export const VIDUR_REDUCES: KernelImport = {
  name: "all-reduces of Vidur (all_reduce.csv)",
  of: "traffic",
  columns: ["time_stats.all_reduce.median", ...VIDUR_COLUMNS],
  selections: (from) => {
    const us = '"time_stats.all_reduce.median" * 1000';
    const cells = {
      traffic: "'all-reduce'",
      library: "'nccl'",
      ranks: "num_workers",
      nodes: "num_workers // devices_per_node",
      bytes: "size",
      us,
    };
    return [trafficSelection(cells, from, `${us} > 0 AND size > 0 AND num_workers > 1 AND num_workers % devices_per_node = 0`)];
  },
};

export const VIDUR_SENDS: KernelImport = {
  name: "sends of Vidur (send_recv.csv)",
  of: "traffic",
  columns: ["time_stats.send_recv.median", ...VIDUR_COLUMNS],
  selections: (from) => {
    const us = '"time_stats.send_recv.median" * 1000';
    const cells = { traffic: "'send'", library: "'nccl'", nodes: "CASE WHEN devices_per_node = 1 THEN 2 ELSE 1 END", bytes: "size", us };
    return [trafficSelection(cells, from, `${us} > 0 AND size > 0 AND num_workers = 2`)];
  },
};
