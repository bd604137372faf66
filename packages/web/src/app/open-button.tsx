import { useRef } from "preact/hooks";
import { giveFiles } from "./given.ts";
import type { Session } from "./session.ts";

/** Opens files as a drop does. */
export function OpenButton({ session }: { readonly session: Session }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current!.click()}>
        Open…
      </button>
      <input
        ref={input}
        class="files"
        type="file"
        multiple
        hidden
        aria-label="files to open"
        onChange={(event) => {
          giveFiles(session, [...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
