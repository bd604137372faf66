import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import { onceSeconds } from "./best.ts";
import { meteredText, tokenyard } from "./meter.ts";
import { duration, type Row } from "./row.ts";

const VITEST = join(HOUSE, "node_modules", "vitest", "vitest.mjs");
const PROPERTY = ["run", "--project", "rooms", "--tags-filter", "long", "packages/numerics/src/execute.test.ts"];

/** Whole processes that execute plans with numbers, beside one device, with counts against prices and marks of every part of a sum. */
export function numerics(): Row[] {
  const plans = [
    ["verify, 512-GPU plan, 4,081 tokens, and again with drops", join(GALLERY, "deployment-plan-numerics", "scenario.yaml")],
    ["verify, DeepSeek-V3 on 32 GPUs, 283 tokens", join(HOUSE, "bench", "serving", "deepseek-v3-32.yaml")],
  ] as const;
  const drawn = onceSeconds(() =>
    spawnSync(process.execPath, [VITEST, ...PROPERTY], { cwd: HOUSE, stdio: ["ignore", "ignore", "inherit"] }),
  );
  return [
    ...plans.map(([what, file]) => ({ what, value: meteredText(tokenyard(["verify", "--json", file])) })),
    { what: "1,000 drawn plans beside the judge, with the start of Vitest", value: duration(drawn) },
  ];
}
