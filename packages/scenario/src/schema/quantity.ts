import * as z from "zod";
import { parseQuantity, type Unit } from "../units.ts";

/** A quantity written with its unit, as `400 TFLOPS`; checked, it is a plain number in the base unit. */
export function quantity(unit: Unit, bounds: { readonly positive?: boolean; readonly max?: number } = {}) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parseQuantity(text, unit, bounds);
      if (typeof parsed === "number") return parsed;
      context.addIssue({ code: "custom", message: parsed.wanted, input: text });
      return z.NEVER;
    })
    .meta({ unit, examples: [EXAMPLES[unit]] });
}

const EXAMPLES: Record<Unit, string> = {
  FLOPS: "400 TFLOPS",
  "B/s": "1.8 TB/s",
  B: "64 GB",
  s: "2 us",
  "%": "60 %",
  "tokens/s": "100 tokens/ms",
  "requests/s": "20 requests/s",
  "USD/h": "2.5 USD/h",
};
