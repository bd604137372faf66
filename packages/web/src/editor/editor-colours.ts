import { EditorView } from "@codemirror/view";

const BOX = { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)" };

/** The editor in the colours of the page, which follow the reader's colour scheme: those of CodeMirror are of a light ground. */
export const EDITOR_COLOURS = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--ground)", color: "var(--ink)" },
  ".cm-scroller": { overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--faint)", borderRight: "1px solid var(--edge)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--raised)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, & ::selection": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, var(--ground))",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--good) 30%, var(--ground))" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "color-mix(in srgb, var(--bad) 30%, var(--ground))" },
  ".cm-tooltip": BOX,
  ".cm-tooltip-hover": { maxWidth: "40ch" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--ground)" },
  ".cm-completionInfo": BOX,
  ".tok-propertyName": { color: "var(--accent)" },
  ".tok-string": { color: "var(--good)" },
  ".tok-comment, .tok-punctuation": { color: "var(--faint)" },
});
