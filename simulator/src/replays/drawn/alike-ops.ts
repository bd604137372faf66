import { isOfContext, isOfLoad } from "@tokenyard/program";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { TimedOp } from "./timed-op.ts";

/** Ops of a program that take the same in a pass, the first of them and how many. */
export interface AlikeOps {
  readonly first: TimedOp;
  times: number;
  /** What that follows from: where the tokens of one layer go, so that none is like it; the pass; or of that the rows alone. */
  readonly follows: "load" | "pass" | "rows";
}

/** The ops of a program on so many `ranks`, and where they stand those that are alike: at the place of the first. `withBytes`: whether somebody asks for bytes by rank. */
export function alikeOps({ program, groups }: StagedProgram, ranks: number, withBytes: boolean) {
  const byKey = new Map<string, AlikeOps>();
  const alike: (AlikeOps | undefined)[] = [];
  const ops = program.ops.map((op, at) => {
    const key = `${op.work}/${op.part}`;
    const known = byKey.get(key);
    const isAlone = groups[at]!.offsets.length > ranks; // when it started is told by what it took
    const timed = new TimedOp(op, groups[at]!, ranks, isAlone && isOfLoad(op.work) ? undefined : known?.first.cost, withBytes);
    if (known !== undefined && known.follows !== "load") {
      known.times++;
      alike.push(undefined);
      return timed;
    }
    const isOfPass = isOfContext(op.work) || op.work === "host";
    const made: AlikeOps = { first: timed, times: 1, follows: isOfLoad(op.work) ? "load" : isOfPass ? "pass" : "rows" };
    byKey.set(key, made);
    alike.push(made);
    return timed;
  });
  return { ops, alike };
}
