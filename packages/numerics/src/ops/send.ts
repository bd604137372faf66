import type { Stage } from "../stage.ts";
import { makeWhole, settle } from "../sums/settle.ts";
import type { Visit } from "../visit.ts";

/** A rank's rows go to its match on the next stage; after the last one comes the first again. */
export function send(stage: Stage, visit: Visit): void {
  settle(stage, visit);
  makeWhole(stage, visit);
  const { plan, position, wire, width } = stage;
  const onward = position === plan.stages - 1 ? -position * plan.ranksPerStage : plan.ranksPerStage;
  wire.carry(visit.rank.id, visit.rank.id + onward, visit.tokens.count * width);
  stage.sent[visit.rank.local] = visit.residual.slice();
}
