import { useState } from "preact/hooks";
import { tour } from "../guides/tour.ts";
import { SaveButton } from "../whole/save-button.tsx";
import { copyText } from "./copied.ts";
import { OpenButton } from "./open-button.tsx";
import type { Session } from "./session.ts";
import { SiteLinks } from "./site-links.tsx";

/** Name, gallery, link, and the run: its button, its progress, its end. */
export function Header({ session }: { readonly session: Session }) {
  const source = session.source.value;
  const running = session.running.value;
  const [copied, setCopied] = useState("");
  const copy = async () => setCopied(await copyText(session));
  return (
    <header>
      <button
        type="button"
        class="brand"
        onClick={() => {
          session.close();
          tour.value = undefined;
          history.replaceState(null, "", "#");
        }}
      >
        Tokenyard
      </button>
      <SiteLinks />
      <OpenButton session={session} />
      <SaveButton session={session} />
      {source !== undefined && (
        <>
          <span class="file">{source.path}</span>
          <span class="grow" />
          <button type="button" onClick={copy}>
            Copy answer and link
          </button>
          {running === undefined ? (
            <button type="button" class="run" onClick={() => session.run()} disabled={session.problems.value.length > 0}>
              Run
            </button>
          ) : (
            <>
              <progress aria-label="how far the run is" {...(running.share === undefined ? {} : { value: running.share })} max={1} />
              <span class="faint">{running.share === undefined ? "preparing" : `${Math.round(100 * running.share)} %`}</span>
              <button type="button" class="stop" onClick={() => session.stop()}>
                Stop
              </button>
            </>
          )}
          <span role="status" class="faint">
            {copied}
          </span>
        </>
      )}
    </header>
  );
}
