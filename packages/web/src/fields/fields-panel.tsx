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

function FieldRow({ field, session }: { readonly field: Field; readonly session: Session }) {
  const { path, label, value } = field;
  const id = `field-${path.join("-")}`;
  const [down, up] = [stepped(field, false), stepped(field, true)];
  const change = (next: string | undefined) => next !== undefined && next !== value && session.edit(path, next);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <button type="button" disabled={down === undefined} onClick={() => change(down)} aria-label={`less ${label}: ${down ?? ""}`}>
        −
      </button>
      <input
        id={id}
        value={value}
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
