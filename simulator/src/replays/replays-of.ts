import type { Outside, Shared } from "../pools/surroundings.ts";
import type { RunOptions } from "../run-options.ts";
import { type Owner, Runs } from "./runs.ts";
import { StageReplay } from "./stage-replay.ts";

/** How `pool` may time more than an op at once: runs of passes, which are returned, or else its stages get a replay of one pass each. Neither where single spans are kept. */
export function replaysOf(pool: Owner, { timeline }: Shared, { comes }: Outside, options: RunOptions): Runs | undefined {
  const { fold = true, jump = true, spans } = options;
  if (!fold || spans !== undefined) return undefined;
  const { foresight } = pool.setup.scheduler;
  const runs = foresight === undefined ? undefined : Runs.of(pool, timeline, jump, comes);
  if (runs === undefined) for (const stage of pool.stages) stage.replay = StageReplay.of(stage, pool);
  return runs;
}
