import { join } from "node:path";
import { GALLERY } from "../house.ts";
import type { Effort } from "./best.ts";
import { least, metered, meteredText, tokenyard } from "./meter.ts";
import { type Row, rate } from "./row.ts";

/** The command line as a process of its own: how soon it is there, and what whole scenarios cost. */
export async function processes({ quick }: Effort): Promise<Row[]> {
  const repeats = quick ? 1 : 11;
  const rows: Row[] = [{ what: "process: bare Node", value: meteredText(least(repeats, () => metered(["--eval", "0"]))) }];
  for (const args of [["--version"], ["--help"], ["run", "--help"]]) {
    rows.push({ what: `process: tokenyard ${args.join(" ")}`, value: meteredText(least(repeats, () => tokenyard(args))) });
  }
  const launch = ["import", "vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 2", "--json"];
  rows.push({ what: "process: tokenyard import of a launch line", value: meteredText(least(repeats, () => tokenyard(launch))) });
  for (const folder of quick ? ["two-ranks"] : ["two-ranks", "deployment-plan", "decode-512"]) {
    const run = least(quick ? 1 : 5, () => tokenyard(["run", "--json", "--replications", "1", join(GALLERY, folder, "scenario.yaml")]));
    const { horizonSeconds } = JSON.parse(run.out);
    rows.push({
      what: `process: tokenyard run ${folder}`,
      value: `${meteredText(run)}, ${rate(horizonSeconds / run.seconds, "simulated s")}`,
    });
  }
  return rows;
}
