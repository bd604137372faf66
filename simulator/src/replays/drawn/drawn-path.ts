import type { Program } from "@tokenyard/program";
import { lastToEnd, WAITING } from "../../stages/critical-path.ts";
import type { TimedOp } from "./timed-op.ts";

/** As `spendCriticalPath`, of ops that all of the program was timed by. */
export function spendTimed({ laneBefore, laneLast }: Program, timed: readonly TimedOp[], admittedNs: number, spentNs: Float64Array): void {
  let at = -1;
  let endNs = -1;
  for (let i = 0; i < laneLast.length; i++) {
    const { lastNs } = timed[laneLast[i]!]!;
    if (lastNs < endNs) continue;
    endNs = lastNs;
    at = laneLast[i]!;
  }
  let rank = at < 0 ? 0 : lastToEnd(timed[at]!.endNs);
  while (at >= 0) {
    const own = timed[at]!;
    const { kind, after } = own.op;
    const startNs = own.startNs(rank);
    spentNs[kind]! += own.endNs[rank]! - startNs;
    rank = own.causeOf(rank);
    let before = -1;
    let readyNs = admittedNs;
    for (let i = after.length; i >= 0; i--) {
      const held = i === after.length ? laneBefore[at]! : after[i]!; // of equals the one whose results it takes
      if (held < 0 || timed[held]!.endNs[rank]! < readyNs) continue;
      before = held;
      readyNs = timed[held]!.endNs[rank]!;
    }
    spentNs[WAITING]! += startNs - readyNs;
    at = before;
  }
}
