import type { ScanShape } from "@tokenyard/model";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "../fitted/machine.ts";
import { cachedSeconds } from "./cached-bytes.ts";
import type { ConvolutionFit, ScanFit, UpdateFit, Values } from "./mixer-fit.ts";

const WALKED = 8; // tokens of a convolution that a block of threads walks through

// Seconds beside the launch; `bytes` are those of the shape. Sequences of one kernel count as equally long. Source: docs/models/kernels.md#fitted-mixers.

export function convolutionSeconds(fit: Values<ConvolutionFit>, shape: ScanShape, bytes: number, machine: Machine): number {
  const { sequences, newTokens, items } = shape;
  const walked = fit.walk * Math.min(WALKED, newTokens / sequences);
  const dealt = (sequences * items * fit.item) / machine.multiprocessors;
  return walked + serialSum(cachedSeconds(bytes, fit, machine.bytesPerSecond), dealt, fit.serial);
}

export function updateSeconds(fit: Values<UpdateFit>, bytes: number, machine: Machine): number {
  return cachedSeconds(bytes, fit, machine.bytesPerSecond);
}

/** The chunks of a head come one after another; heads are dealt to the multiprocessors. */
export function scanSeconds(fit: Values<ScanFit>, shape: ScanShape, bytes: number, machine: Machine): number {
  const { sequences, newTokens, items, chunkTokens } = shape;
  const { multiprocessors, bytesPerSecond } = machine;
  const tokens = newTokens / sequences;
  const dealt = (sequences * items) / multiprocessors;
  const waves = fit.waves === "whole" ? Math.ceil(dealt) : Math.max(1, dealt);
  const chained = waves * (Math.ceil(tokens / chunkTokens) * fit.step + fit.item);
  const worked = chained + ((newTokens * items) / multiprocessors) * fit.token;
  return fit.walk * Math.min(tokens, chunkTokens) + serialSum(worked, bytes / (bytesPerSecond * fit.bandwidthEfficiency), fit.serial);
}
