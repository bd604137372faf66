import * as z from "zod";
import { variant } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { namedClasses, namesOnce } from "./classes.ts";
import { client } from "./client.ts";

/** A recorded or written arrival trace, replayed. */
export function trace() {
  return variant("trace", {
    path: z.string().min(1).max(4_096).apply(means, "path of the file, relative to this one"),
    sha256: z
      .string()
      .optional()
      .apply(means, "SHA-256 of the file in hexadecimal, another file is refused; if unset: it is recorded when the file is read"),
    format: z.enum(["azure", "mooncake", "burstgpt", "csv", "jsonl", "parquet"]).apply(means, "format of its rows"),
    speed: boundedNumber(1e-6, 1e6).default(1).apply(means, "factor of the replay speed"),
    from: quantity("s").prefault("0 s").apply(means, "time of the trace at which the run begins; rows before it are left out"),
    to: quantity("s", { positive: true }).optional().apply(means, "time of the trace at which the replay ends; if unset: at its end"),
    repeat: wholeNumber(1, 1_000_000).default(1).apply(means, "how many times it is replayed, one after the other"),
    blockTokens: wholeNumber(1, 1_000_000).default(512).apply(means, "tokens of one block of a prompt's prefix"),
    classes: namedClasses,
    client,
  }).check(
    namesOnce,
    rule<{ sha256?: string | undefined }>(
      ["sha256"],
      ({ sha256 }) => typeof sha256 === "string" && !/^[0-9a-f]{64}$/.test(sha256),
      () => "64 hexadecimal digits, as sha256sum prints them",
    ),
    rule<{ from?: number; to?: number | undefined }>(
      ["to"],
      ({ from, to }) => typeof from === "number" && typeof to === "number" && from >= to,
      () => "more than the value of from",
    ),
  );
}

export type TraceSpec = z.output<ReturnType<typeof trace>>;
