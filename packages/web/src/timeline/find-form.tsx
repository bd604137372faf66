import { useRef } from "preact/hooks";

interface FindFormProps {
  /** What may be looked for. */
  readonly example: string;
  readonly onFind: (text: string) => void;
}

/** A search; Enter goes on to the next that is found. */
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
