import type { ReadPieces, TraceSpec } from "@tokenyard/scenario";

/** A file of `text`, whatever path is asked for. */
export function fileOf(text: string): ReadPieces {
  return () => [new TextEncoder().encode(text)];
}

/** A replay of all rows as they are, with `more` said of it. */
export function traceSpec(format: TraceSpec["format"], more: Partial<TraceSpec> = {}): TraceSpec {
  return { kind: "trace", path: `t.${format}`, format, speed: 1, from: 0, repeat: 1, blockTokens: 512, ...more };
}

/** The same three requests in each format that is text: at 0 s, 1.5 s and 2.25 s after the first. */
export const TEXTS = {
  azure: `TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 18:17:03.0000000,4808,10\r
2023-11-16 18:17:04.5000000,110,27\r
2023-11-16 18:17:05.2500000,7433,14`,
  burstgpt: `Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
0,ChatGPT,4808,10,4818,Conversation log
1.5,GPT-4,110,27,137,API log
2.25,ChatGPT,7433,14,7447,Conversation log
`,
  mooncake: `{"timestamp": 0, "input_length": 4808, "output_length": 10, "hash_ids": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}
{"timestamp": 1500, "input_length": 110, "output_length": 27, "hash_ids": []}
{"timestamp": 2250, "input_length": 7433, "output_length": 14}
`,
  csv: `outputTokens,arrivedSeconds,remark,promptTokens
10,0,"the first, and ""quoted""",4808

27,1.5,,110
14,2.25,,7433
`,
  jsonl: `{"arrivedSeconds":0,"promptTokens":4808,"outputTokens":10}
{"arrivedSeconds":1.5,"promptTokens":110,"outputTokens":27}
{"arrivedSeconds":2.25,"promptTokens":7433,"outputTokens":14}`,
} as const;

/** Wall clock in seconds, prompt and output of each of them. */
export const ROWS = [
  [0, 4808, 10],
  [1.5, 110, 27],
  [2.25, 7433, 14],
] as const;
