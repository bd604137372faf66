import type * as z from "zod";
import { PRESETS } from "./presets/registry.ts";
import { childOf } from "./schema/structure.ts";
import { traitOf } from "./schema/trait.ts";
import { part, type Written, writtenOf } from "./written.ts";

/** `written` with every bare value that stands for a map made that map: `uniform` → `{ kind: uniform }`, `h100-sxm` → `{ preset: h100-sxm }`. */
export function widened(written: Written, schema: z.ZodType): Written {
  if (written.form === "list") {
    const element = childOf(schema, 0);
    return element === undefined ? written : { ...written, items: written.items.map((item) => widened(item, element)) };
  }
  if (written.form === "scalar") {
    const { widen, preset } = traitOf(schema);
    const isPreset = preset !== undefined && typeof written.value === "string" && Object.hasOwn(PRESETS[preset], written.value);
    const map = widen?.(written.value) ?? (isPreset ? { preset: written.value } : undefined);
    return map === undefined ? written : writtenOf(map, written.place);
  }
  const kind = part(written, "kind");
  const entries = new Map(
    [...written.entries].map(([key, value]) => {
      const child = childOf(schema, key, kind?.form === "scalar" ? kind.value : undefined);
      return [key, child === undefined ? value : widened(value, child)];
    }),
  );
  return { ...written, entries };
}
