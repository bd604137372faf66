import { h100Fits } from "../fits/h100-sxm.ts";
import { H100, onOtherArchitecture } from "../fits/other-architecture.ts";
import type { Preset } from "../preset.ts";

const COMPUTE = {
  fp32: "157.3 TFLOPS",
  fp16: "2516.6 TFLOPS",
  bf16: "2516.6 TFLOPS",
  fp8: "5033.2 TFLOPS",
  int8: "5033.2 TFLOPS",
  mxfp4: "10066.3 TFLOPS",
};

export const mi355x: Preset = {
  about: "AMD Instinct MI355X, 288 GB (CDNA 4); kernels not measured",
  source:
    "AMD Instinct MI355X datasheet, without sparsity; efficiencies and launch as the measured GPUs have them on the whole, kernels as h100-sxm",
  values: {
    compute: COMPUTE,
    computeEfficiency: "55 %",
    bandwidth: "8 TB/s",
    bandwidthEfficiency: "80 %",
    memory: "288 GB",
    launch: "12 us",
    multiprocessors: 256,
    get fits() {
      return onOtherArchitecture(h100Fits, H100, { bandwidth: 8e12, multiprocessors: 256, compute: COMPUTE });
    },
    cost: "4.5 USD/h",
    power: { idle: "200 W", peak: "1400 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
