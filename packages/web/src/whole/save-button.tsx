import { useState } from "preact/hooks";
import type { Session } from "../app/session.ts";
import { sharedOf } from "../app/shared-state.ts";
import { linkOf } from "../link/link.ts";
import { wholePage } from "./whole-page.ts";

/** Saves the whole app with the open plan, and the answer as it is shown, as one file that needs no server and no network. */
export function SaveButton({ session }: { readonly session: Session }) {
  const [said, setSaid] = useState("");
  const save = async () => {
    const shared = sharedOf(session);
    try {
      const page = await wholePage(shared && (await linkOf(shared)));
      const name = shared?.path.replace(/^.*\//, "").replace(/\.[^.]*$/, "") ?? "tokenyard";
      download(page, `${name}.html`);
      const traces = Object.keys(session.source.value?.large ?? {});
      setSaid(traces.length === 0 ? "saved" : `saved without ${traces.join(", ")}: send it along, to be dropped onto the page`);
    } catch (error) {
      setSaid(`not saved: ${error instanceof Error ? error.message : error}`);
    }
  };
  return (
    <>
      <button type="button" onClick={save}>
        Save as one file
      </button>
      <span role="status" class="faint">
        {said}
      </span>
    </>
  );
}

function download(page: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(page);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // it may be asked where to put it
}
