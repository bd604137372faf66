export { computeProblems } from "./compute.ts";
export { growingSeconds, type KernelModel } from "./kernel-model.ts";
export type { NetworkModel, Traffic } from "./network-model.ts";
export { type Peaks, peaksOf } from "./peaks.ts";
export { createKernelModel, createNetworkModel } from "./policies.ts";
