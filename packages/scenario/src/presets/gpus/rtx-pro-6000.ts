import { h100Fits } from "../fits/h100-sxm.ts";
import { withShortItems } from "../fits/short-items.ts";
import type { Preset } from "../preset.ts";

export const rtxPro6000: Preset = {
  about: "NVIDIA RTX PRO 6000 Blackwell, PCIe, 96 GB; kernels not measured",
  source:
    "NVIDIA RTX PRO 6000 Blackwell Server Edition datasheet, halved where it counts sparsity; efficiencies and launch as the measured GPUs have them on the whole, kernels as h100-sxm, the first GPU on which those of vLLM were measured; memory as nvidia-smi reports it",
  beside: { kernels: "fitted" },
  besideUnless: ["computeEfficiency", "bandwidthEfficiency", "launch", "multiprocessors", "fits"],
  values: {
    compute: {
      fp32: "120 TFLOPS",
      fp16: "503 TFLOPS",
      bf16: "503 TFLOPS",
      fp8: "1007 TFLOPS",
      int8: "1007 TFLOPS",
      nvfp4: "2 PFLOPS",
      mxfp4: "2 PFLOPS",
    },
    computeEfficiency: "55 %",
    bandwidth: "1.597 TB/s",
    bandwidthEfficiency: "80 %",
    memory: "102.6 GB",
    launch: "12 us",
    multiprocessors: 188,
    get fits() {
      return withShortItems(h100Fits);
    },
    cost: "2 USD/h",
    power: { idle: "90 W", peak: "600 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
