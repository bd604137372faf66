import * as z from "zod";
import { variant } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { rule } from "../language/rule.ts";
import { withTrait } from "../language/trait.ts";
import { drawnCount } from "./drawn.ts";

/** Bounds of a drawn count, as far as they are written. */
interface Drawn {
  kind?: string;
  value?: number;
  values?: number[];
  to?: number | undefined;
}

/** `200 steps` is 200. */
function steps(given: unknown): unknown {
  const written = typeof given === "string" ? /^\s*(\d{1,9})\s+steps?\s*$/.exec(given) : null;
  return written === null ? given : Number(written[1]);
}

/** Whether no draw is over one token. */
function isOne({ kind, value, values, to }: Drawn): boolean {
  if (kind === "fixed") return value === 1;
  if (kind === "empirical") return Array.isArray(values) && values.length > 0 && values.every((each) => each === 1);
  return to === 1;
}

/** Sequences that decode, each replaced when it ends. Source: docs/models/workloads.md#steady-decode. */
export function steadyDecode() {
  return variant("steady-decode", {
    sequences: wholeNumber(1, 1_000_000).describe("sequences that decode at any time, over all data groups"),
    context: drawnCount.describe("tokens of each sequence that are cached when it begins to decode"),
    outputTokens: drawnCount.describe("output tokens of each sequence, including the first, which comes with its context"),
    measure: withTrait(z.preprocess(steps, wholeNumber(1, 1_000_000)), { counts: "steps" })
      .prefault(200)
      .apply(means, "decode steps of each replica, such as 200 steps"),
  }).check(
    rule<{ outputTokens?: Drawn }>(
      ["outputTokens"],
      ({ outputTokens }) => outputTokens !== undefined && isOne(outputTokens),
      () => "2 or more, at least in some draws: the first token comes with the context, and nothing would decode",
    ),
  );
}

export type SteadyDecodeSpec = z.output<ReturnType<typeof steadyDecode>>;
