import type { Recording } from "../recording/recording.ts";
import type { Served } from "../recording/served.ts";
import type { SpeculationReport } from "../schema/speculation-schema.ts";
import { ratio } from "../statistics/ratio.ts";

/** Counts of drafts; empty if there are none. */
export function speculationOf(recording: Recording, { tpotNs }: Pick<Served, "tpotNs">): { speculation?: SpeculationReport } {
  const { speculation } = recording;
  if (speculation === undefined) return {};
  const { kind, drafts, tree, steps, drafted, accepted, decodeSteps, tokens } = speculation;
  const out = accepted.reduce((sum, each) => sum + each, 0);
  return {
    speculation: {
      kind,
      drafts,
      ...(tree && { tree }),
      steps,
      draftTokens: drafted,
      acceptedTokens: out,
      tokensPerStep: ratio(tokens, decodeSteps),
      tokensPerSecondPerUser: ratio(tpotNs.count, tpotNs.sum / 1e9),
      survival: accepted.map((count, at) => ({ position: at + 1, share: ratio(count, steps) })),
      rejectedShare: ratio(drafted - out, drafted + steps),
      draftShare: draftShareOf(recording),
    },
  };
}

/** Share of the draft in the busy time of compute lanes in decode passes. */
function draftShareOf({ opKinds, busyNs, ranks }: Recording): number | null {
  const kinds = opKinds.length;
  let all = 0;
  let ofDraft = 0;
  for (let rank = 0; rank < ranks; rank++) {
    for (let kind = 0; kind < kinds; kind++) {
      if (opKinds[kind]!.lane !== "compute") continue;
      const ns = busyNs[(rank * 2 + 1) * kinds + kind]!;
      all += ns;
      if (opKinds[kind]!.name === "draft") ofDraft += ns;
    }
  }
  return ratio(ofDraft, all);
}
