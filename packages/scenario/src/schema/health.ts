import * as z from "zod";
import { choice } from "./choice.ts";
import { presettable } from "./preset.ts";
import { quantity } from "./quantity.ts";

const waits = quantity("s").optional();
const shrinks = {
  decide: quantity("s").prefault("0 s").describe("time until an orchestrator, or a person, has decided"),
  rebuild: quantity("s").describe("time until the groups of the survivors are set up again, without the loading of weights"),
  graph: quantity("s").prefault("0 s").describe("time until graphs are captured again"),
  rejoin: quantity("s").optional().describe("time from when a GPU is back until it takes part again; none: it never does"),
};

const period = quantity("s", { positive: true });

/** Who sees that something broke, and what is done about it. */
export const healthSchema = presettable(
  "health",
  z.strictObject({
    exit: waits.describe(
      "time from the end of a process until its engine knows; blind to hangs and to nodes that are gone; none: it never does",
    ),
    collectiveTimeout: waits.describe("time after which a collective that does not end is an error, where there is traffic; none: never"),
    watchdog: waits.describe("time after which a step that does not end is an error, where there is traffic; none: never"),
    probe: z
      .strictObject({
        every: period.describe("time from one probe to the next"),
        timeout: quantity("s").prefault("1 s").describe("of one probe"),
        failures: z.int().min(1).max(1000).default(3).describe("failed probes in a row after which a process counts as gone"),
      })
      .optional()
      .describe("asks processes from outside whether they are alive; blind to hangs; none: no probe"),
    heartbeat: z
      .strictObject({
        every: period.describe("time from one sign of life to the next"),
        lost: quantity("s").describe("time without a sign of life after which a process counts as gone"),
      })
      .optional()
      .describe("signs of life that processes send by themselves; blind to hangs; none: they send none"),
    canary: z
      .strictObject({
        after: quantity("s").describe("time without any answer after which it is sent"),
        timeout: quantity("s").describe("time allowed for its answer"),
      })
      .optional()
      .describe("a request that is sent through the engine when no other has been answered for a while; none: no canary"),
    confirm: quantity("s").prefault("0 s").describe("time from the first sign of a fault until it is believed"),
    onLoss: choice({
      hang: {},
      restart: { time: quantity("s").describe("time until the replica serves again, once it has all its GPUs") },
      shrink: shrinks,
      mask: shrinks,
      replace: {
        decide: shrinks.decide,
        start: quantity("s").describe("time until a GPU that stands by, or is back, has started, without the loading of weights"),
        rebuild: shrinks.rebuild,
        graph: shrinks.graph,
      },
    }).describe(
      "what is done once it is known: nothing, all anew, on without what is lost, with its experts loaded elsewhere or left out, or with another GPU",
    ),
    inFlight: z
      .enum(["fail", "requeue", "migrate"])
      .default("fail")
      .describe(
        "requests whose cache is gone: they fail; or go wherever there is room, from their prompt on, without their output so far; or with that as part of a new prompt",
      ),
    aborts: z
      .enum(["lost", "replica"])
      .default("lost")
      .describe("whose requests that are: those of the data groups that are lost, or all of the replica; a restart loses all"),
    whileDown: z
      .enum(["wait", "reject"])
      .default("wait")
      .describe("requests that come while no replica is known to be up: they wait for one, or are refused"),
  }),
)
  .optional()
  .describe("who sees a fault, and what is done; needed where there are faults");

export type HealthSpec = NonNullable<z.output<typeof healthSchema>>;
