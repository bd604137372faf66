import * as z from "zod";
import { amount, count } from "./plain-number.ts";

/** Errors of a report's numbers compared with a real server. */
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
      calibration: z
        .union([
          z.strictObject({
            runs: count.describe("runs of this layout, version and lengths"),
            others: count.describe("further runs of this engine, model, GPU and kind of load"),
            tokenyard: z.string().optional().describe("the version that simulated these runs, where it is another than this report's"),
          }),
          z.strictObject({ unused: z.string().describe("why its runs say nothing of this one") }),
        ])
        .optional()
        .describe("runs of the scenario's calibration, which move and narrow the intervals; docs/calibrate.md"),
      intervals: z
        .record(z.string(), z.strictObject({ low: amount, high: amount.nullable().describe("null: open, the seeds cannot bound it") }))
        .describe("of 80 %, by path in this report: seeds and the model's error together"),
    }),
  ])
  .describe("how far the numbers may lie from those of a real server, by measured runs; docs/how-sure.md");

export type ModelError = z.output<typeof modelErrorSchema>;
