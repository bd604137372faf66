import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { keysAt, meaningAt, type SchemaNode, valuesAt } from "./alternatives.ts";
import { spotIn } from "./spot.ts";

/** Completes keys and words at the cursor, and explains a key under the pointer, both by the schema of scenarios. */
export function schemaHelp(schema: () => Promise<SchemaNode>): Extension {
  const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { path, at, word } = spotIn(context.state.sliceDoc(0, context.pos));
    if (word === "" && !context.explicit) return null;
    const root = await schema();
    const offers = at === "key" ? keysAt(root, path) : valuesAt(root, path);
    if (offers.length === 0) return null;
    return {
      from: context.pos - word.length,
      options: offers.map(({ word: label, means }) => ({
        label,
        info: means,
        type: at === "key" ? "property" : "enum",
        ...(at === "key" ? { apply: `${label}: ` } : {}),
      })),
      validFor: /^[\w.-]*$/,
    };
  };
  const hover = hoverTooltip(async (view, pos) => {
    const line = view.state.doc.lineAt(pos);
    const [key] = /^[\w.-]+(?=:)/.exec(line.text.slice(wordStart(line.text, pos - line.from))) ?? [];
    if (key === undefined) return null;
    const from = line.from + wordStart(line.text, pos - line.from);
    const { path } = spotIn(view.state.sliceDoc(0, from + key.length + 1));
    const means = meaningAt(await schema(), path);
    if (means === "") return null;
    const create = () => ({ dom: Object.assign(document.createElement("div"), { textContent: `${path.join(".")}: ${means}` }) });
    return { pos: from, end: from + key.length, create };
  });
  return [autocompletion({ override: [complete] }), hover];
}

/** Offset at which the word around offset `at` of `text` begins. */
function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && /[\w.-]/.test(text[start - 1]!)) start--;
  return start;
}
