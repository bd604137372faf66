import type { Engine } from "./flag.ts";
import { sglang } from "./sglang/sglang.ts";
import { trtllm } from "./trtllm/trtllm.ts";
import { vllm } from "./vllm/vllm.ts";

/** The servers whose flags and defaults are known. */
export const ENGINES: Readonly<Record<Engine["name"], Engine>> = { vllm, sglang, trtllm };
