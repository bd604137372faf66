import { useState } from "preact/hooks";
import type { Session } from "../app/session.ts";
import { type Field, stepped } from "./field.ts";

/** The keys that matter most, beside the text that they change. */
export function FieldsPanel({ session }: { readonly session: Session }) {
  const fields = session.checked.value?.fields ?? [];
  return (
    <div class="fields">
      {fields.map((field) => (
        <FieldRow key={field.path.join(".")} field={field} session={session} />
      ))}
    </div>
  );
}

/** Letters that fit into a field beside another one. */
const LONG = 9;

/** Text that a reader types into a field, and the value for which it was given; undefined while it is typed. */
interface Draft {
  readonly text: string;
  readonly givenFor?: Field;
}

function FieldRow({ field, session }: { readonly field: Field; readonly session: Session }) {
  const { path, label, value } = field;
  const id = `field-${path.join("-")}`;
  const [down, up] = [stepped(field, false), stepped(field, true)];
  const [draft, setDraft] = useState<Draft>();
  // an earlier check leaves what is being typed; the next check after it was given replaces it
  const isAnswered = draft?.givenFor !== undefined && draft.givenFor !== field;
  const change = (next: string | undefined) => {
    if (next === undefined) return;
    setDraft(next === value ? undefined : { text: next, givenFor: field });
    if (next !== value) session.edit(path, next, () => setDraft(undefined));
  };
  return (
    <div class={value.length > LONG ? "field long" : "field"}>
      <label for={id}>{label}</label>
      <button type="button" disabled={down === undefined} onClick={() => change(down)} aria-label={`less ${label}: ${down ?? ""}`}>
        −
      </button>
      <input
        id={id}
        value={draft === undefined || isAnswered ? value : draft.text}
        onInput={(event) => setDraft({ text: event.currentTarget.value })}
        onChange={(event) => change(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key === "ArrowUp") change(up);
          else if (event.key === "ArrowDown") change(down);
          else return;
          event.preventDefault();
        }}
      />
      <button type="button" disabled={up === undefined} onClick={() => change(up)} aria-label={`more ${label}: ${up ?? ""}`}>
        +
      </button>
    </div>
  );
}
