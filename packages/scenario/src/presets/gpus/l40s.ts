import { h100Fits } from "../fits/h100-sxm.ts";
import { withShortItems } from "../fits/short-items.ts";
import type { Preset } from "../preset.ts";

// fp32 is that of the CUDA cores.
export const l40s: Preset = {
  about: "NVIDIA L40S, PCIe, 48 GB (Ada); efficiencies not measured",
  source:
    "NVIDIA L40S GPU datasheet, without sparsity; efficiencies and launch as the measured GPUs have them on the whole, kernels as h100-sxm, the first GPU on which those of vLLM were measured",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "91.6 TFLOPS",
      fp16: "362 TFLOPS",
      bf16: "362 TFLOPS",
      fp8: "733 TFLOPS",
      int8: "733 TFLOPS",
      int4: "733 TFLOPS",
    },
    computeEfficiency: "55 %",
    bandwidth: "864 GB/s",
    bandwidthEfficiency: "80 %",
    memory: "48 GB",
    launch: "12 us",
    multiprocessors: 142,
    get fits() {
      return withShortItems(h100Fits);
    },
    cost: "1.2 USD/h",
    power: { idle: "100 W", peak: "350 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
