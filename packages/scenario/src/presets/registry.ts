import type { PresetPlace } from "../schema/language/trait.ts";
import { llama3 } from "./availability/llama-3.ts";
import { rsc1 } from "./availability/rsc-1.ts";
import { rsc2 } from "./availability/rsc-2.ts";
import { sglangHost } from "./engines/sglang.ts";
import { trtllm10Host, trtllmHost } from "./engines/trtllm.ts";
import { vllmHost } from "./engines/vllm.ts";
import { a100 } from "./gpus/a100-80g.ts";
import { b200 } from "./gpus/b200.ts";
import { b300 } from "./gpus/b300.ts";
import { gb200 } from "./gpus/gb200.ts";
import { gb300 } from "./gpus/gb300.ts";
import { gh200 } from "./gpus/gh200.ts";
import { h20 } from "./gpus/h20.ts";
import { h100 } from "./gpus/h100-sxm.ts";
import { h200 } from "./gpus/h200-sxm.ts";
import { h800 } from "./gpus/h800.ts";
import { l40s } from "./gpus/l40s.ts";
import { mi300x } from "./gpus/mi300x.ts";
import { mi325x } from "./gpus/mi325x.ts";
import { mi355x } from "./gpus/mi355x.ts";
import { planCard } from "./gpus/plan-card.ts";
import { rtxPro6000 } from "./gpus/rtx-pro-6000.ts";
import { dynamo } from "./health/dynamo.ts";
import { sglangElastic } from "./health/sglang-elastic.ts";
import { trtllm } from "./health/trtllm.ts";
import { vllmScaleDown } from "./health/vllm-scale-down.ts";
import { vllmStock } from "./health/vllm-stock.ts";
import { deepseekR1 } from "./models/deepseek-r1.ts";
import { deepseekV32 } from "./models/deepseek-v3.2.ts";
import { deepseekV3 } from "./models/deepseek-v3.ts";
import { deepseekV4Flash, deepseekV4Pro } from "./models/deepseek-v4.ts";
import { gemma426bA4b } from "./models/gemma-4-26b-a4b.ts";
import { gemma431b } from "./models/gemma-4-31b.ts";
import { glm45 } from "./models/glm-4.5.ts";
import { glm52 } from "./models/glm-5.2.ts";
import { glm5 } from "./models/glm-5.ts";
import { gptOss20b } from "./models/gpt-oss-20b.ts";
import { gptOss120b } from "./models/gpt-oss-120b.ts";
import { kimiK2 } from "./models/kimi-k2.ts";
import { kimiK3 } from "./models/kimi-k3.ts";
import { llama8b } from "./models/llama-3.1-8b.ts";
import { llama70b } from "./models/llama-3.1-70b.ts";
import { llama405b } from "./models/llama-3.1-405b.ts";
import { llama4Maverick } from "./models/llama-4-maverick.ts";
import { llama4Scout } from "./models/llama-4-scout.ts";
import { minimaxM2 } from "./models/minimax-m2.ts";
import { minimaxM3 } from "./models/minimax-m3.ts";
import { mixtral8x7b } from "./models/mixtral-8x7b.ts";
import { mixtral8x22b } from "./models/mixtral-8x22b.ts";
import { nemotron3Nano } from "./models/nemotron-3-nano.ts";
import { nemotron3Super } from "./models/nemotron-3-super.ts";
import { olmoe } from "./models/olmoe-1b-7b.ts";
import { planModel } from "./models/plan-model.ts";
import { qwen3Next, qwen35Dense27b, qwen35Moe122b, qwen35Moe397b } from "./models/qwen3.5.ts";
import { qwen3Dense8b } from "./models/qwen3-8b.ts";
import { qwen3Moe30b } from "./models/qwen3-30b-a3b.ts";
import { qwen3Dense32b } from "./models/qwen3-32b.ts";
import { qwen3Moe235b } from "./models/qwen3-235b-a22b.ts";
import { qwen3Coder480b } from "./models/qwen3-coder-480b.ts";
import { hgxA100Hdr } from "./networks/hgx-a100-hdr.ts";
import { hgxB200Ndr } from "./networks/hgx-b200-ndr.ts";
import { hgxB300Xdr } from "./networks/hgx-b300-xdr.ts";
import { hgxH100Ndr } from "./networks/hgx-h100-ndr.ts";
import { hgxH800Ndr } from "./networks/hgx-h800-ndr.ts";
import { nvl72 } from "./networks/nvl72.ts";
import { nvl72Xdr } from "./networks/nvl72-xdr.ts";
import type { Preset } from "./preset.ts";
import { infinibandHdr } from "./tiers/infiniband-hdr.ts";
import { infinibandNdr } from "./tiers/infiniband-ndr.ts";
import { infinibandXdr } from "./tiers/infiniband-xdr.ts";
import { infinityFabric } from "./tiers/infinity-fabric.ts";
import { infinityFabricMi355x } from "./tiers/infinity-fabric-mi355x.ts";
import { nvlinkH800 } from "./tiers/nvlink-h800.ts";
import { nvlink3 } from "./tiers/nvlink3.ts";
import { nvlink4 } from "./tiers/nvlink4.ts";
import { nvlink5 } from "./tiers/nvlink5.ts";
import { pcie4 } from "./tiers/pcie4.ts";
import { pcie5 } from "./tiers/pcie5.ts";
import { roce400 } from "./tiers/roce-400.ts";

/** Every preset by the place where it may be named. A new one is a file and a line here. */
export const PRESETS: Readonly<Record<PresetPlace, Readonly<Record<string, Preset>>>> = {
  gpu: {
    "a100-80g": a100,
    "h100-sxm": h100,
    "h200-sxm": h200,
    h800,
    h20,
    gh200,
    b200,
    gb200,
    b300,
    gb300,
    "rtx-pro-6000": rtxPro6000,
    l40s,
    mi300x,
    mi325x,
    mi355x,
    "plan-card": planCard,
  },
  model: {
    "mixtral-8x7b": mixtral8x7b,
    "mixtral-8x22b": mixtral8x22b,
    "qwen3-30b-a3b": qwen3Moe30b,
    "qwen3-235b-a22b": qwen3Moe235b,
    "gpt-oss-20b": gptOss20b,
    "gpt-oss-120b": gptOss120b,
    "olmoe-1b-7b": olmoe,
    "llama-3.1-8b": llama8b,
    "llama-3.1-70b": llama70b,
    "llama-3.1-405b": llama405b,
    "deepseek-v3": deepseekV3,
    "deepseek-r1": deepseekR1,
    "kimi-k2": kimiK2,
    "minimax-m2": minimaxM2,
    "glm-4.5": glm45,
    "llama-4-scout": llama4Scout,
    "llama-4-maverick": llama4Maverick,
    "qwen3-coder-480b": qwen3Coder480b,
    "qwen3-32b": qwen3Dense32b,
    "qwen3-8b": qwen3Dense8b,
    "deepseek-v3.2": deepseekV32,
    "deepseek-v4-pro": deepseekV4Pro,
    "deepseek-v4-flash": deepseekV4Flash,
    "kimi-k3": kimiK3,
    "glm-5": glm5,
    "glm-5.2": glm52,
    "qwen3.5-397b": qwen35Moe397b,
    "qwen3.5-122b": qwen35Moe122b,
    "qwen3.5-27b": qwen35Dense27b,
    "qwen3-next": qwen3Next,
    "minimax-m3": minimaxM3,
    "nemotron-3-super": nemotron3Super,
    "nemotron-3-nano": nemotron3Nano,
    "gemma-4-31b": gemma431b,
    "gemma-4-26b-a4b": gemma426bA4b,
    "plan-model": planModel,
  },
  network: {
    "hgx-a100-hdr": hgxA100Hdr,
    "hgx-h100-ndr": hgxH100Ndr,
    "hgx-h800-ndr": hgxH800Ndr,
    "hgx-b200-ndr": hgxB200Ndr,
    nvl72,
    "hgx-b300-xdr": hgxB300Xdr,
    "nvl72-xdr": nvl72Xdr,
  },
  tier: {
    nvlink3,
    nvlink4,
    "nvlink-h800": nvlinkH800,
    nvlink5,
    "infinity-fabric": infinityFabric,
    "infinity-fabric-mi355x": infinityFabricMi355x,
    pcie4,
    pcie5,
    "infiniband-hdr": infinibandHdr,
    "infiniband-ndr": infinibandNdr,
    "infiniband-xdr": infinibandXdr,
    "roce-400": roce400,
  },
  health: {
    "vllm-stock": vllmStock,
    "vllm-scale-down": vllmScaleDown,
    "sglang-elastic": sglangElastic,
    trtllm,
    dynamo,
  },
  engine: {
    vllm: vllmHost,
    trtllm: trtllmHost,
    "trtllm-1.0": trtllm10Host,
    sglang: sglangHost,
  },
  availability: {
    "llama-3": llama3,
    "rsc-1": rsc1,
    "rsc-2": rsc2,
  },
};
