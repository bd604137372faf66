import { type Half, halfOf } from "./half.ts";
import { numberOf, type Row } from "./table.ts";

/** A measured time and the bytes that the busiest port moved in it, one direction. */
export interface Message {
  readonly system: string;
  readonly family: string;
  readonly half: Half;
  readonly seconds: number;
  readonly bytes: number;
}

/** All-reduces and all-to-alls of whole buffers within a node; a rank's buffer has `bytes`. */
export function bufferMessages(rows: readonly Row[]): Message[] {
  return rows
    .filter(
      (row) => (row["op"] === "all_reduce" || row["op"] === "alltoall") && row["impl"] !== "nccl_eager" && row["impl"] !== "vllm_eager",
    )
    .map((row) => {
      const ranks = numberOf(row, "gpus");
      const moved = ((ranks - 1) / ranks) * numberOf(row, "bytes");
      const isReduce = row["op"] === "all_reduce";
      const family = `${isReduce ? "all-reduce" : "all-to-all"} ${row["impl"]}`;
      return messageOf(row, `${row["gpu"]} node`, family, isReduce ? 2 * moved : moved);
    });
}

/**
 * Low-latency dispatches and combines: each copy of a token travels by itself, as in a scenario. Dispatched in fp8 with a scale of
 * four bytes for every 128 numbers, combined in bf16. Over several nodes the fabric's port is the busiest: copies to other nodes.
 */
export function copyMessages(rows: readonly Row[]): Message[] {
  return rows
    .filter((row) => row["mode"] === "low_latency" && row["us"] !== "")
    .map((row) => {
      const [ranks, nodes, hidden] = [numberOf(row, "ep"), numberOf(row, "nodes"), numberOf(row, "hidden")];
      const leaving = nodes === 1 ? (ranks - 1) / ranks : (nodes - 1) / nodes;
      const copyBytes = row["phase"] === "dispatch" ? hidden + (4 * hidden) / 128 : 2 * hidden;
      const bytes = numberOf(row, "tokens") * numberOf(row, "topk") * leaving * copyBytes;
      const family = `${row["phase"]}${nodes === 1 ? "" : ` ${nodes} nodes`}`;
      return messageOf(row, `${row["gpu"]} ${nodes === 1 ? "node" : "fabric"}`, family, bytes);
    });
}

/** One rank to another. */
export function sendMessages(rows: readonly Row[]): Message[] {
  return rows
    .filter((row) => row["gpu"]?.endsWith("_dgx"))
    .map((row) => {
      const gpu = row["gpu"]?.replace("_dgx", "");
      return messageOf(row, `${gpu} ${row["gpus_per_node"] === "1" ? "fabric" : "node"}`, "send", numberOf(row, "bytes"));
    });
}

function messageOf(row: Row, system: string, family: string, bytes: number): Message {
  return { system, family, half: halfOf(row), seconds: numberOf(row, "us") * 1e-6, bytes };
}
