import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../app/session.ts";
import type { Editor } from "./editor.ts";
import { keptSchema } from "./kept-schema.ts";

/** Time for which the editor waits for a run. */
const AFTER_MS = 1_000;

/** The text of the plan: a plain text area until the editor is there, and where it does not come. */
export function EditorPane({ session }: { readonly session: Session }) {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor>();
  const text = session.source.value?.text ?? "";
  const problems = session.problems.value;
  const [isDue, setDue] = useState(false);
  const isRead = session.checked.value !== undefined || problems.length > 0 || session.fault.value !== undefined;
  const isBusy = session.running.value !== undefined;
  useEffect(() => {
    if (!isRead || isDue) return;
    const timer = setTimeout(() => setDue(true), isBusy ? AFTER_MS : 0); // the first result needs the processor more
    return () => clearTimeout(timer);
  }, [isRead, isBusy, isDue]);
  useEffect(() => {
    if (!isDue) return;
    let isGone = false;
    let made: Editor | undefined;
    import("./editor.ts").then(
      ({ Editor }) => {
        if (isGone || place.current === null) return;
        made = new Editor(place.current, session.source.value?.text ?? "", {
          onText: (next) => session.write(next),
          onRun: () => session.run(),
          schema: keptSchema,
        });
        setEditor(made);
      },
      () => {}, // the text area stays
    );
    return () => {
      isGone = true;
      made?.dispose();
    };
  }, [session, isDue]);
  // effects come after letters that were typed since: the session has those, `text` may not
  useEffect(() => editor?.show(session.source.value?.text ?? ""), [editor, session, text]);
  useEffect(() => editor?.mark(problems), [editor, problems]);
  return (
    <div class="editor">
      <div ref={place} class="editor-place" />
      {editor === undefined && (
        <textarea
          aria-label="the plan as text"
          spellcheck={false}
          value={text}
          onInput={(event) => session.write(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
