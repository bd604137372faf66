import type { Spans } from "@tokenyard/report";
import type { PoolSetup } from "../inputs/setup.ts";
import type { Pool } from "../pools/pool.ts";

/** [ranks] the stages of a pool are numbered behind those of the pools before it */
export function stageOfRank(pools: readonly PoolSetup[]): Int32Array {
  const stages: number[] = [];
  let before = 0;
  for (const { plan } of pools) {
    for (let rank = 0; rank < plan.ranks; rank++) stages.push(before + Math.floor(rank / plan.ranksPerStage));
    before += plan.replicas * plan.stages;
  }
  return Int32Array.from(stages);
}

/** [ranks] each pool has nodes of its own, behind those of the pools before it */
export function nodeOfRank(pools: readonly PoolSetup[]): Int32Array {
  const nodes: number[] = [];
  let before = 0;
  for (const { plan } of pools) {
    for (let rank = 0; rank < plan.ranks; rank++) nodes.push(before + Math.floor(rank / plan.gpusPerNode));
    before += plan.nodes;
  }
  return Int32Array.from(nodes);
}

/** Spans of all pools, where they are kept. */
export function joinedSpans(pools: readonly Pool[]): Spans | undefined {
  const all = pools.flatMap(({ recorder }) => recorder.spans() ?? []);
  if (all.length < 2) return all[0];
  const ints = (key: "rank" | "microBatch" | "pass" | "layer" | "cause") =>
    behind(
      Int32Array,
      all.map((spans) => spans[key]),
    );
  const bytes = (key: "kind" | "phase" | "half") =>
    behind(
      Uint8Array,
      all.map((spans) => spans[key]),
    );
  const times = (key: "startNs" | "endNs" | "workNs") => joined(all.map((spans) => spans[key]));
  return {
    rank: ints("rank"),
    kind: bytes("kind"),
    microBatch: ints("microBatch"),
    pass: ints("pass"),
    phase: bytes("phase"),
    layer: ints("layer"),
    half: bytes("half"),
    startNs: times("startNs"),
    endNs: times("endNs"),
    workNs: times("workNs"),
    cause: ints("cause"),
  };
}

/** One column behind the other. */
export function joined(columns: readonly Float64Array[]): Float64Array {
  return behind(Float64Array, columns);
}

function behind<Column extends Float64Array | Int32Array | Uint8Array>(
  make: new (length: number) => Column,
  columns: readonly Column[],
): Column {
  if (columns.length === 1) return columns[0]!;
  const all = new make(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

export function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  return items.reduce((total, item, index) => total + of(item, index), 0);
}
