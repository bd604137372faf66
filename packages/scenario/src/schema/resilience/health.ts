import * as z from "zod";
import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { presettable } from "../language/preset.ts";
import { quantity } from "../language/quantity.ts";

/** Detection of failures, and the reaction to them. */
export const healthSchema = late(() => {
  const waits = quantity("s").optional();
  const shrinks = {
    decide: quantity("s").prefault("0 s").apply(means, "time until an orchestrator or an operator has decided"),
    rebuild: quantity("s").describe("time to rebuild the groups of the survivors, without loading weights"),
    graph: quantity("s").prefault("0 s").apply(means, "time to capture graphs again"),
    rejoin: quantity("s").optional().apply(means, "time from when a GPU is back until it takes part again; if unset: never"),
  };

  const period = quantity("s", { positive: true });

  return presettable(
    "health",
    z.strictObject({
      exit: waits.describe(
        "time from the end of a process until its engine detects it; does not detect hangs or lost nodes; if unset: never",
      ),
      collectiveTimeout: waits.describe("timeout of a collective, while there is traffic; if unset: none"),
      watchdog: waits.describe("timeout of a step, while there is traffic; if unset: none"),
      probe: z
        .strictObject({
          every: period.describe("interval of probes"),
          timeout: quantity("s").prefault("1 s").apply(means, "timeout of one probe"),
          failures: wholeNumber(1, 1000).default(3).apply(means, "consecutive failed probes after which a process counts as lost"),
        })
        .optional()
        .apply(means, "external liveness probe of processes; does not detect hangs; if unset: no probe"),
      heartbeat: z
        .strictObject({
          every: period.describe("interval of heartbeats"),
          lost: quantity("s").describe("time without a heartbeat after which a process counts as lost"),
        })
        .optional()
        .apply(means, "heartbeats that processes send; do not detect hangs; if unset: no heartbeat"),
      canary: z
        .strictObject({
          after: quantity("s").describe("time without any answer after which the canary is sent"),
          timeout: quantity("s").describe("timeout of its answer"),
        })
        .optional()
        .apply(means, "a test request that is sent through the engine when no other has been answered for a while; if unset: no canary"),
      detection: late(() => choice({ detectors: {} })).apply(
        means,
        "what knows of a fault: the detectors beside it, or the word of a plug-in; if unset: detectors",
      ),
      confirm: quantity("s").prefault("0 s").apply(means, "time from the first detection of a fault until it is confirmed"),
      onLoss: choice({
        hang: {},
        restart: { time: quantity("s").describe("time until the replica serves again, once it has all its GPUs") },
        shrink: shrinks,
        mask: shrinks,
        reroute: shrinks,
        replace: {
          decide: shrinks.decide,
          start: quantity("s").describe("time until a spare GPU, or one that is back, has started, without loading weights"),
          rebuild: shrinks.rebuild,
          graph: shrinks.graph,
        },
      }).apply(
        means,
        "recovery after detection: hang: none; restart: all processes; shrink: continue without what is lost, with its experts loaded elsewhere; mask: the same, with its experts left out; reroute: the same, with tokens sent to the gate's next choices among the experts that are left; replace: use another GPU",
      ),
      inFlight: z
        .enum(["fail", "requeue", "migrate"])
        .default("fail")
        .apply(
          means,
          "what happens to requests whose cache is lost: fail; requeue: they start over elsewhere from their prompt; migrate: they continue elsewhere with their output as part of a new prompt",
        ),
      aborts: z
        .enum(["lost", "replica"])
        .default("lost")
        .apply(means, "whose cache is lost: that of the lost data groups, or of the whole replica; a restart loses all"),
      whileDown: z
        .enum(["wait", "reject"])
        .default("wait")
        .apply(means, "requests that arrive while no replica is known to be up: they wait, or are refused"),
    }),
  );
}).apply(means, "detection of faults and recovery; required if there are faults");

export type HealthSpec = NonNullable<z.output<typeof healthSchema>>;
