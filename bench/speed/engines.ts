import { join } from "node:path";
import { HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import { type Metered, tokenyard } from "./meter.ts";
import { duration, type Row } from "./row.ts";

const CASES = [
  { what: "1,000 requests, a dense 7B on one GPU", file: "w1" },
  { what: "10,000 requests, a dense 7B on one GPU", file: "w2" },
  { what: "100,000 requests, a dense 7B on one GPU", file: "w3" },
] as const;
const ENGINES = ["vllm", "sglang", "trtllm"] as const;

/** What the steps of an engine cost a process, host time, waits and prefix cache included, against ideal ones: in turn, the least of each. */
export async function engines({ quick }: Effort): Promise<Row[]> {
  return (quick ? CASES.slice(0, 1) : CASES).flatMap(({ what, file }) => {
    const least = new Map<string, Metered>();
    for (let round = 0; round < (quick ? 1 : 7); round++) {
      for (const engine of ["ideal", ...ENGINES]) {
        const path = join(HOUSE, "bench", "serving", `${file}.yaml`);
        const ran = tokenyard(["run", "--json", "--replications", "1", "--set", `engine=${engine}`, path]);
        if (ran.coreSeconds < (least.get(engine)?.coreSeconds ?? Number.POSITIVE_INFINITY)) least.set(engine, ran);
      }
    }
    const ideal = least.get("ideal")!.coreSeconds;
    return ENGINES.map((engine) => {
      const { coreSeconds } = least.get(engine)!;
      const ratio = `${(coreSeconds / ideal).toFixed(2)} × of the time of ideal steps; at most 1.15 × wanted`;
      return { what: `steps of ${engine}, whole process: ${what}`, value: `${duration(coreSeconds)} of the cores`, ratio };
    });
  });
}
