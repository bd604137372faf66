import type { Facts, Flag } from "../flag.ts";
import { isFrom } from "../version.ts";

/** The manager that allocates blocks to groups of layers apart, so that layers with a window free those outside it. Source: docs/models/attention.md#cache-set-aside-for-windows. */
export const LAYER_GROUPS: Flag = {
  name: "disable-hybrid-kv-cache-manager",
  type: "switch",
  says: "off; on up to 0.21 with a connector (kv-transfer-config, kv-offloading-size, pools), and up to 0.12 for Llama 4: layers with a window cache all tokens",
  unasked: isWithoutGroups,
  keys: ["model.windowedCache"],
  sets: (value, { model }) => (value === true && model.someWindows ? { "model.windowedCache": "100 %" } : {}),
  source: "vllm/config/vllm.py; vllm-project/vllm, threads 21761, 29627, 41847",
};

/** Whether vLLM keeps no groups of layers apart unless it is asked to. */
function isWithoutGroups({ model, version, role, isStated }: Facts): boolean {
  const hasConnector = role !== undefined || isStated("kv-transfer-config") || isStated("kv-offloading-size");
  return (hasConnector && !isFrom(version, "0.22")) || (model.name.startsWith("llama-4") && !isFrom(version, "0.13"));
}
