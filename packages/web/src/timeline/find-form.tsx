import { useRef } from "preact/hooks";

interface FindFormProps {
  /** Example of a search. */
  readonly example: string;
  readonly onFind: (text: string) => void;
}

/** A search; Enter moves to the next match. */
export function FindForm({ example, onFind }: FindFormProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        onFind(input.current!.value);
      }}
    >
      <label>
        Find <input ref={input} placeholder={example} />
      </label>{" "}
      <button type="submit">Next</button>
    </form>
  );
}
