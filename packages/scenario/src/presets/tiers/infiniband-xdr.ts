import type { Preset } from "../preset.ts";

export const infinibandXdr: Preset = {
  about: "ConnectX-8, an 800 Gbit/s adapter for each GPU: 100 GB/s at its peak; not measured",
  source: "b300_sxm.yaml and gb300.yaml of ai-dynamo/aiconfigurator 095f58a; share of the peak and latency as infiniband-ndr",
  values: { bandwidth: "94 GB/s", latency: "25 us" },
  assumed: ["bandwidth", "latency"],
};
