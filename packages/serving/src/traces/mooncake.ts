import { JsonFormat } from "./json-format.ts";
import { prefixOf, timeNsOf, tokensOf } from "./number.ts";
import { filled, type LineFormat } from "./trace-row.ts";

/** Mooncake: milliseconds from the trace's start, lengths, and an id for each block of the prompt, the last of which may be cut short. */
export function mooncake(): LineFormat {
  return new JsonFormat((value, row) =>
    filled(row, {
      timeNs: timeNsOf("timestamp", value["timestamp"], 1e6),
      promptTokens: tokensOf("input_length", value["input_length"]),
      outputTokens: tokensOf("output_length", value["output_length"]),
      prefix: prefixOf("hash_ids", value["hash_ids"]),
    }),
  );
}
