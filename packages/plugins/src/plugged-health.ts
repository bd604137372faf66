import type { ChosenRecovery, Detecting, KnownLoss, Recovering, StruckFault } from "@tokenyard/resilience";
import type { DetectingPolicy, RecoveringPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";
import { secondsProblem } from "./seconds-problem.ts";

/** A detection of a plug-in, whose answers are checked: no fault is known before it strikes, or before the plug-in is asked. */
export function pluggedDetection(own: DetectingPolicy, kind: string, asked: Asked): Detecting {
  return {
    kind,
    knownSeconds(fault: StruckFault) {
      const known = answered(asked, () => own.knownSeconds(fault));
      const from = Math.max(fault.atSeconds, fault.trafficSeconds ?? 0);
      if (known === undefined || (typeof known === "number" && known >= from && known < Number.POSITIVE_INFINITY)) return known;
      throw new PluginFault(asked.plugin, asked.door, `a fault is known at ${String(known)} s; wanted ${from} s or later, or undefined`);
    },
  };
}

/** A recovery of a plug-in, whose answers are checked: its time is finite, and a replica that must restart does so. */
export function pluggedRecovery(own: RecoveringPolicy, asked: Asked): Recovering {
  return (loss) => {
    const chosen = answered(asked, () => own.recovery(loss));
    const problem = problemOf(chosen, loss);
    if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, problem);
    return chosen;
  };
}

function problemOf(chosen: ChosenRecovery | null | undefined, loss: KnownLoss): string | undefined {
  const { restarts, seconds } = chosen ?? {};
  if (typeof restarts !== "boolean") return `a recovery restarts: ${String(restarts)}; wanted true or false`;
  const problem = secondsProblem("a recovery", seconds);
  if (problem !== undefined) return problem;
  return loss.restarts && !restarts ? "a recovery does not restart; wanted a restart, as what stands in for it has no other" : undefined;
}
