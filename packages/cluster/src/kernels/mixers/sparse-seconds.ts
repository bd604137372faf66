import { type AttentionShape, attentionFlops } from "@tokenyard/model";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "../fitted/machine.ts";
import type { SparseFit, Values } from "./mixer-fit.ts";

const QUERIES = 64; // that a multiprocessor scores together
const SCORES_SERIAL = 0.1;

/**
 * Seconds of one kernel of a block: its cores, the first of which includes what runs once a block, or its scores with the choice that
 * follows. `bytes` are those of the shape; `machine` multiplies in 16 bits. Source: docs/models/kernels.md#fitted-mixers.
 */
export function sparseSeconds(fit: Values<SparseFit>, shape: AttentionShape, bytes: number, machine: Machine): number {
  const { sparse, sequences, newTokens } = shape;
  if (sparse!.part === "scores") return scoredSeconds(fit, shape, bytes, machine);
  const computed = attentionFlops(shape) / (machine.flopsPerSecond * fit.computeEfficiency);
  const core = serialSum(bytes / (machine.bytesPerSecond * fit.bandwidthEfficiency), computed, fit.serial);
  return sparse!.part === "history" ? core : fit.launch + fit.row * newTokens + fit.sequence * sequences + core;
}

/** Queries of a sequence are scored together, against one key after another; each then chooses, where there is a choice. */
function scoredSeconds(fit: Values<SparseFit>, shape: AttentionShape, bytes: number, machine: Machine): number {
  const { kind, sequences, newTokens, contextTokens, pairs, heads, keySize, sparse } = shape;
  const { multiprocessors } = machine;
  const rate = machine.flopsPerSecond * fit.scoresEfficiency;
  const entries = contextTokens / sequences; // of a sequence
  const read = bytes / (machine.bytesPerSecond * fit.scoresBandwidth);
  let computed = attentionFlops(shape) / rate;
  if (kind === "attention-prefill" && fit.scores === "chained") {
    const items = sequences * Math.ceil(newTokens / sequences / QUERIES);
    const keys = Math.max((items / multiprocessors) * (pairs / newTokens), entries);
    computed = (keys * 2 * QUERIES * heads * keySize * multiprocessors) / rate;
  }
  const chosen = entries > sparse!.most ? Math.max(1, newTokens / multiprocessors) * (fit.select + fit.selectEntry * entries) : 0;
  return fit.scoresLaunch + serialSum(computed, read, SCORES_SERIAL) + chosen;
}
