import { CsvFormat } from "./csv-format.ts";
import { timeNsOf, tokensOf } from "./number.ts";
import { filled, type LineFormat } from "./trace-row.ts";

/** BurstGPT: seconds from its start, and tokens. A request that failed has no response tokens; `Model` and `Log Type` are passed over. */
export function burstgpt(): LineFormat {
  return new CsvFormat(["Timestamp", "Request tokens", "Response tokens"], (field, row) =>
    filled(row, {
      timeNs: timeNsOf("Timestamp", field("Timestamp"), 1e9),
      promptTokens: tokensOf("Request tokens", field("Request tokens")),
      outputTokens: tokensOf("Response tokens", field("Response tokens")),
    }),
  );
}
