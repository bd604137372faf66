import { render } from "preact";
import { sharedFrom } from "../link/link.ts";
import { SimulatorClient } from "../worker/client.ts";
import type { Source } from "../worker/source.ts";
import type { GalleryFile } from "./gallery.tsx";
import { giveFiles } from "./given.ts";
import { openAndRun, Page } from "./page.tsx";
import { sentClaims } from "./sent.ts";
import { Session, VIEWS, type View } from "./session.ts";

const place = document.getElementById("page")!;
const missing = ["Worker", "DecompressionStream"].filter((name) => !(name in globalThis));

if (missing.length > 0) {
  place.textContent = `This browser does not have ${missing.join(" and ")}, which the page needs: a newer one does.`;
} else {
  await start();
}

async function start(): Promise<void> {
  const session = new Session(new SimulatorClient(() => new Worker(new URL("worker.js", import.meta.url), { type: "module" })));
  let gallery: GalleryFile | undefined;
  let given: readonly Source[] = [];
  const draw = () => render(<Page session={session} gallery={gallery} given={given} />, place);
  draw();
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const text = event.dataTransfer?.getData("text/plain") ?? "";
    const files = [...(event.dataTransfer?.files ?? [])];
    giveFiles(session, files.length === 0 && text !== "" ? [new File([text], "launch.txt")] : files);
  });
  const openLink = async () => {
    try {
      const shared = await sharedFrom(location.hash);
      if (shared === undefined) return false;
      sentClaims.value = shared.sent;
      session.open({ text: shared.text, path: shared.path, files: shared.files });
      if (VIEWS.includes(shared.view as View)) session.view.value = shared.view as View;
      session.stretch.value = shared.stretch;
    } catch (error) {
      session.news.value = String(error instanceof Error ? error.message : error);
      place.prepend(Object.assign(document.createElement("p"), { className: "problems", textContent: session.news.value, role: "alert" }));
    }
    return true;
  };
  const isLinked = await openLink();
  addEventListener("hashchange", openLink);
  gallery = await json<GalleryFile>("gallery.json");
  given = (await json<{ readonly files: readonly Source[] }>("files.json"))?.files ?? [];
  draw();
  if (!isLinked && given.length === 1) openAndRun(session, given[0]!);
  if (given.length > 0)
    followFiles(session, (files) => {
      given = files;
      draw();
    });
}

/** Undefined where there is none, as from a file. */
async function json<Tree>(name: string): Promise<Tree | undefined> {
  try {
    const answer = await fetch(name);
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the files of the command line again when one of them changes; the one that is open runs again, unless the reader has changed its text. */
function followFiles(session: Session, onFiles: (files: readonly Source[]) => void): void {
  let before: readonly Source[] | undefined;
  const read = async () => (await json<{ readonly files: readonly Source[] }>("files.json"))?.files ?? [];
  read().then((files) => {
    before = files;
  });
  new EventSource("events").addEventListener("changed", async () => {
    const files = await read();
    const open = session.source.value;
    const was = before?.find(({ path }) => path === open?.path);
    const now = files.find(({ path }) => path === open?.path);
    before = files;
    onFiles(files);
    if (open !== undefined && now !== undefined && was?.text === open.text) session.replace(now);
  });
}
