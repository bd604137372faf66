import { CsvFormat } from "./csv-format.ts";
import { tokensOf } from "./number.ts";
import { filled, type LineFormat } from "./trace-row.ts";
import { WallClock } from "./wall-clock.ts";

/** The Azure LLM inference traces of 2023 and 2024: wall clock, prompt, output. Time zero is the first row. */
export function azure(): LineFormat {
  const clock = new WallClock();
  return new CsvFormat(["TIMESTAMP", "ContextTokens", "GeneratedTokens"], (field, row) =>
    filled(row, {
      timeNs: clock.read("TIMESTAMP", field("TIMESTAMP")),
      promptTokens: tokensOf("ContextTokens", field("ContextTokens")),
      outputTokens: tokensOf("GeneratedTokens", field("GeneratedTokens")),
    }),
  );
}
