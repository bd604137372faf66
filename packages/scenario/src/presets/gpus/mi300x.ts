import { h100Fits } from "../fits/h100-sxm.ts";
import { H100, onOtherArchitecture } from "../fits/other-architecture.ts";
import type { Preset } from "../preset.ts";

const COMPUTE = { fp32: "163.4 TFLOPS", fp16: "1307.4 TFLOPS", bf16: "1307.4 TFLOPS", fp8: "2614.9 TFLOPS", int8: "2614.9 TFLOPS" };

// fp32 is that of the matrix cores.
export const mi300x: Preset = {
  about: "AMD Instinct MI300X, 192 GB (CDNA 3); efficiencies not measured",
  source:
    "AMD Instinct MI300X accelerator datasheet, without sparsity; efficiencies and launch as the measured GPUs have them on the whole",
  values: {
    compute: COMPUTE,
    computeEfficiency: "55 %",
    bandwidth: "5.3 TB/s",
    bandwidthEfficiency: "80 %",
    memory: "192 GB",
    launch: "12 us",
    multiprocessors: 304,
    get fits() {
      return onOtherArchitecture(h100Fits, H100, { bandwidth: 5.3e12, multiprocessors: 304, compute: COMPUTE });
    },
    cost: "3 USD/h",
    power: { idle: "140 W", peak: "750 W" },
  },
  assumed: ["computeEfficiency", "bandwidthEfficiency", "launch", "cost", "power.idle", "fits"],
};
