import * as z from "zod";

export const PRECISIONS = ["fp32", "fp16", "bf16", "fp8", "int8", "int4", "nvfp4", "mxfp4"] as const;
export type Precision = (typeof PRECISIONS)[number];
const precision = z.enum(PRECISIONS);
const size = z.int().min(1).max(1e7);
const matrices = z.union([z.literal(2), z.literal(3)]);

export const modelSchema = z.strictObject({
  layers: z.int().min(1).max(10_000),
  hiddenSize: size,
  attention: z.strictObject({ heads: size, kvHeads: size, headSize: size }),
  experts: z
    .strictObject({
      count: z.int().min(1).max(65_536),
      topK: z.int().min(1).max(65_536),
      hiddenSize: size,
      matrices: matrices.default(3).describe("3 when gated (SwiGLU), 2 when plain"),
      shared: z.int().min(0).max(1_000).default(0).describe("shared experts that every token visits, of the same hidden size"),
    })
    .optional()
    .describe("none: the model is dense"),
  dense: z
    .strictObject({ layers: z.int().min(1).max(10_000).optional(), hiddenSize: size, matrices: matrices.default(3) })
    .optional()
    .describe("leading dense layers; all of them in a model without experts"),
  vocabulary: z.int().min(1).max(1e8).optional().describe("none: no embedding, no head"),
  precision: z
    .strictObject({
      weights: precision.default("fp16"),
      activations: precision.default("fp16"),
      kvCache: precision.optional().describe("as activations when not given"),
      experts: precision.optional().describe("as weights when not given"),
    })
    .default({ weights: "fp16", activations: "fp16" }),
  declaredParameters: z.number().positive().optional().describe("what the plan says; compared with what the sizes give"),
});

export type ModelSpec = z.output<typeof modelSchema>;
