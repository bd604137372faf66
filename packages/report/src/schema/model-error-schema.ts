import * as z from "zod";
import { amount, count } from "./plain-number.ts";

/** How far a report's numbers may lie from those of a real server. */
export const modelErrorSchema = z
  .union([
    z.strictObject({ uncalibrated: z.array(z.string()).min(1).describe("what no measured run had: nothing is known of the error") }),
    z.strictObject({
      level: z.literal(0.8),
      runs: count.describe("measured runs like this one"),
      engine: z.string().describe("of those runs; any: of every engine"),
      kind: z.enum(["dense", "experts", "latent"]).describe("of their models; latent: experts and latent attention"),
      load: z.enum(["closed", "open"]).describe("of those runs"),
      seen: z.boolean().describe("whether this model, GPU and engine are among them; intervals are wider where not"),
      borrowed: z.boolean().describe("whether no kernel was measured on this GPU; intervals are wider where so"),
      intervals: z
        .record(z.string(), z.strictObject({ low: amount, high: amount.nullable().describe("null: open, the seeds cannot bound it") }))
        .describe("of 80 %, by path in this report: seeds and the model's error together"),
    }),
  ])
  .describe("how far the numbers may lie from those of a real server, by measured runs; docs/how-sure.md");

export type ModelError = z.output<typeof modelErrorSchema>;
