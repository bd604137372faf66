export { computeProblems } from "./compute.ts";
export type { CopyPorts } from "./copy-ports.ts";
export { fitProblems } from "./fit-problems.ts";
export { growingSeconds, type KernelModel } from "./kernel-model.ts";
export { DecodeFit } from "./kernels/fitted/decode-fit.ts";
export { withExpertsByTriton } from "./kernels/fitted/experts-by-triton.ts";
export { ExpertsFit } from "./kernels/fitted/experts-fit.ts";
export { LinearFit } from "./kernels/fitted/linear-fit.ts";
export type { Machine } from "./kernels/fitted/machine.ts";
export { PrefillFit } from "./kernels/fitted/prefill-fit.ts";
export { standIns } from "./kernels/fitted/stand-ins.ts";
export { FIT_COLUMNS } from "./kernels/mixers/fit-table.ts";
export type { ConvolutionFit, MixerFit, ScanFit, SparseFit, UpdateFit, Values } from "./kernels/mixers/mixer-fit.ts";
export { mixerFitsOf } from "./kernels/mixers/mixer-fits.ts";
export { scanShapeSeconds } from "./kernels/mixers/mixer-kernels.ts";
export { sparseSeconds } from "./kernels/mixers/sparse-seconds.ts";
export { drawnStrand, evenStrand, type MeasuredCell, measuredCells } from "./kernels/table/measured-kernel.ts";
export { type PowerLaw, PowerLaws } from "./kernels/table/power-law.ts";
export { Ratios } from "./kernels/table/ratios.ts";
export { TabledKernels } from "./kernels/table/table.ts";
export { unmeasured } from "./kernels/table/unmeasured.ts";
export { type Collective, type CountedExchange, NetworkModel } from "./network-model.ts";
export {
  collectiveFitOf,
  collectiveSeconds,
  leastFit,
  leastLatency,
  mostSentRate,
  sentRate,
  withoutLimit,
} from "./networks/collective-fit.ts";
export { exchangeRate, exchangeSeconds, leastSerial } from "./networks/exchange-fit.ts";
export { CollectiveTables } from "./networks/table/collective-tables.ts";
export { ExchangeTables } from "./networks/table/exchange-tables.ts";
export {
  type CollectiveKind,
  type MeasuredCollective,
  type MeasuredExchange,
  mostTabledNodes,
  sentPerToken,
} from "./networks/table/measured-traffic.ts";
export { type Peaks, peaksOf } from "./peaks.ts";
export { besideCommunication, createKernelModel, createNetworkModel, tabledShares } from "./policies.ts";
export { Ports } from "./ports.ts";
export { type GpuWork, gpuJoules, gpuWatts } from "./power.ts";
export { SentPorts } from "./sent-ports.ts";
export { TokenFlows } from "./token-flows.ts";
export type { ExchangeKernels, Traffic } from "./traffic.ts";
