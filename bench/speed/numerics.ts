import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import { meteredText, tokenyard } from "./meter.ts";
import type { Row } from "./row.ts";

/** Whole processes that execute plans with numbers, beside one device, with counts against prices and marks of every part of a sum. */
export function numerics(): Row[] {
  const plans = [
    ["verify, 512-GPU plan, 4,081 tokens, and again with drops", join(GALLERY, "deployment-plan-numerics", "scenario.yaml")],
    ["verify, DeepSeek-V3 on 32 GPUs, 283 tokens", join(HOUSE, "bench", "serving", "deepseek-v3-32.yaml")],
  ] as const;
  return plans.map(([what, file]) => ({ what, value: meteredText(tokenyard(["verify", "--json", file])) }));
}
