import type { Groups } from "@tokenyard/placement";
import { createOpRun, timeOp } from "@tokenyard/simulator";
import { bestSeconds, type Effort } from "./best.ts";
import { type Row, rate } from "./row.ts";

const CALLS = 1000; // in one measured call

/** Timing one op on a stage's ranks: alone, in groups of eight, and all together. */
export async function opTiming(effort: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const ranks of [64, 512]) {
    for (const size of [1, 8, ranks]) {
      const seconds = (await bestSeconds(timing(ranks, size), effort)) / CALLS;
      const groups = size === 1 ? "no barrier" : `barriers of ${size}`;
      rows.push({
        what: `timeOp at ${ranks} ranks, ${groups}`,
        value: `${rate(1 / seconds, "ops")}, ${rate(ranks / seconds, "rank-ops")}`,
      });
    }
  }
  return rows;
}

function timing(ranks: number, size: number): () => void {
  const run = createOpRun(ranks);
  const groups = inRows(ranks, size);
  const laneFreeNs = new Float64Array(ranks);
  const readyNs = Float64Array.from({ length: ranks }, (_, rank) => (rank * 7919) % 1000);
  const durationNs = Float64Array.from({ length: ranks }, (_, rank) => 1000 + ((rank * 104_729) % 1000));
  return () => {
    for (let i = 0; i < CALLS; i++) timeOp(groups, laneFreeNs, readyNs, durationNs, run);
  };
}

function inRows(ranks: number, size: number): Groups {
  return {
    members: Int32Array.from({ length: ranks }, (_, rank) => rank),
    offsets: Int32Array.from({ length: ranks / size + 1 }, (_, group) => group * size),
    groupOf: Int32Array.from({ length: ranks }, (_, rank) => Math.floor(rank / size)),
  };
}
