import * as z from "zod";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { withTrait } from "./language/trait.ts";

const word = z.string().min(1).max(200);

const pluginSchema = withTrait(
  z.preprocess(
    (given) => asMap(given) ?? given,
    z.strictObject({
      file: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .apply(means, "path of the module, relative to the scenario's file; naming it executes nothing"),
      name: word.optional().apply(means, "name by which it calls itself; written into resolved scenarios"),
      version: word.optional().apply(means, "its version; written into resolved scenarios"),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .apply(means, "SHA-256 (hex) of it and of what it imports by path; written into resolved scenarios, and another one is refused"),
    }),
  ),
  { widen: asMap },
);

/** Plug-ins whose words a scenario uses. */
export const pluginsSchema = late(() => z.array(pluginSchema).max(20)).apply(
  means,
  "plug-ins that this scenario needs, as modules beside it: [./my-policies.mjs]; each runs only if the command line allows it (--plugin, --allow-plugins)",
);

function asMap(given: unknown): { readonly file: string } | undefined {
  return typeof given === "string" ? { file: given } : undefined;
}
