import { closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import type { TextProblem } from "../worker/messages.ts";
import type { SchemaNode } from "./alternatives.ts";
import { EDITOR_COLOURS } from "./editor-colours.ts";
import { schemaHelp } from "./schema-help.ts";

export interface EditorEvents {
  onText(text: string): void;
  onRun(): void;
  schema(): Promise<SchemaNode>;
}

/** The editor of a plan's text, in a shadow root, where its styles need no permission. Tab leaves it after Esc. */
export class Editor {
  readonly #view: EditorView;

  constructor(place: HTMLElement, text: string, { onText, onRun, schema }: EditorEvents) {
    const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
    const run = () => {
      onRun();
      return true;
    };
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          history(),
          highlightActiveLine(),
          bracketMatching(),
          closeBrackets(),
          yaml(),
          syntaxHighlighting(classHighlighter),
          lintGutter(),
          schemaHelp(schema),
          keymap.of([{ key: "Mod-Enter", run }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "the plan as text" }),
          EDITOR_COLOURS,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onText(update.state.doc.toString());
          }),
        ],
      }),
    });
    this.#view.scrollDOM.tabIndex = 0;
  }

  /** Shows `text` where another one is there: one that a field has changed, or another file. */
  show(text: string): void {
    const { doc } = this.#view.state;
    const now = doc.toString();
    if (now === text) return;
    const [from, end] = changedPart(now, text);
    this.#view.dispatch({ changes: { from, to: now.length - end, insert: text.slice(from, text.length - end) } });
  }

  /** Underlines where `problems` are. */
  mark(problems: readonly TextProblem[]): void {
    const { doc } = this.#view.state;
    const diagnostics = problems.flatMap(({ at, message }): Diagnostic[] => {
      if (at === undefined || at.line > doc.lines) return [];
      const line = doc.line(at.line);
      const from = Math.min(line.from + at.column - 1, line.to);
      return [{ from, to: Math.max(line.to, from), severity: "error", message }];
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  dispose(): void {
    this.#view.destroy();
  }
}

/** Characters that two texts have in common at their beginning, and at their end beside those. */
function changedPart(before: string, after: string): readonly [from: number, end: number] {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let end = 0;
  while (end < most - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [from, end];
}
