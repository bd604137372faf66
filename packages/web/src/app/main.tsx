import { render } from "preact";
import { followGuide } from "../guides/tour.ts";
import { sharedFrom } from "../link/link.ts";
import { Pool } from "../what-if/pool.ts";
import { partOf, savedState } from "../whole/whole-page.ts";
import { SimulatorClient } from "../worker/client.ts";
import type { Source } from "../worker/source.ts";
import { asksToEmbed } from "./embed.ts";
import { isEmbedded } from "./embedded-view.tsx";
import { openStudy } from "./gallery.tsx";
import { type GalleryFile, noPiece, pieceIn, pieceNamed } from "./gallery-file.ts";
import { giveFiles } from "./given.ts";
import { missingFeatures, showMissing } from "./old-browser.ts";
import { Page } from "./page.tsx";
import { sentClaims } from "./sent.ts";
import { built, listen, type Served, served } from "./served.ts";
import { Session, VIEWS, type View } from "./session.ts";

const place = document.getElementById("page")!;
const missing = missingFeatures();

if (missing.length > 0) void showMissing(place, missing, location.hash || `#${savedState() ?? ""}`);
else void start();

/** The view that a fragment names, as `#open=dead-gpu&v=timeline`. */
function viewIn(fragment: string): View | undefined {
  const named = /(?:^#?|&)v=([^&]*)/.exec(fragment)?.[1];
  return VIEWS.find((view) => view === named);
}

async function start(): Promise<void> {
  const session = new Session(new SimulatorClient(simulatorWorker), new Pool(simulatorWorker));
  const [readGallery, readServed] = [built<GalleryFile>("gallery"), served()];
  let gallery: GalleryFile | undefined;
  let given: Served = { files: [], studies: [] };
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
      const shared = await sharedFrom(location.hash.includes("s=") ? location.hash : `#${savedState() ?? ""}`);
      if (shared === undefined) return false;
      isEmbedded.value = asksToEmbed(location.hash);
      sentClaims.value = shared.sent;
      session.open({ text: shared.text, path: shared.path, files: shared.files });
      if (VIEWS.includes(shared.view as View)) session.view.value = shared.view as View;
      session.stretch.value = shared.stretch;
    } catch (error) {
      refuse(String(error instanceof Error ? error.message : error));
    }
    return true;
  };
  const refuse = (problem: string) => {
    session.refused.value = [{ message: problem, place: "" }];
  };
  const openPiece = () => {
    const named = pieceNamed(location.hash);
    if (named === undefined) return false;
    const source = pieceIn(location.hash, gallery);
    if (source === undefined) {
      refuse(gallery === undefined ? "the gallery cannot be read" : noPiece(named, gallery));
      return true;
    }
    isEmbedded.value = asksToEmbed(location.hash);
    session.openAndRun(source);
    const view = viewIn(location.hash);
    if (view !== undefined) session.view.value = view;
    return true;
  };
  const isLinked = await openLink();
  given = await readServed;
  const { files, studies } = given;
  const openGiven = () => {
    if (files.length === 1) session.openAndRun(files[0]!);
    else if (files.length === 0 && studies.length === 1) openStudy(session, 0);
  };
  const isBare = !isLinked && location.hash.length < 2;
  if (isBare) openGiven(); // it does not wait for the gallery
  gallery = await readGallery;
  const isNamed = (await followGuide(session, gallery, location.hash)) || openPiece();
  addEventListener("hashchange", async () => (await followGuide(session, gallery, location.hash)) || openPiece() || (await openLink()));
  draw();
  if (!isBare && !isLinked && !isNamed) openGiven();
  if (files.length + studies.length > 0)
    follow(session, files, (next) => {
      given = next;
      draw();
    });
}

declare global {
  /** The Worker that the document started; the first client takes it. */
  var earlyWorker: Worker | undefined;
}

/** The Worker of the server, or the one in this file. */
function simulatorWorker(): Worker {
  const early = globalThis.earlyWorker;
  globalThis.earlyWorker = undefined;
  if (early !== undefined) return early;
  const text = partOf("worker");
  if (text === undefined) return new Worker(new URL("worker.js", document.baseURI), { type: "module" });
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Worker(address);
}

/** Follows changed files: an open text runs again, unless the reader has changed it; an open study is updated. */
function follow(session: Session, first: readonly Source[], onServed: (given: Served) => void): void {
  let before = first;
  const read = async () => {
    const now = await served();
    onServed(now);
    return now.files;
  };
  listen({
    async onTexts() {
      const files = await read();
      const open = session.source.value;
      const was = before.find(({ path }) => path === open?.path);
      const now = files.find(({ path }) => path === open?.path);
      before = files;
      if (open !== undefined && now !== undefined && was?.text === open.text) session.replace(now);
    },
    async onStudy(at) {
      await read();
      if (session.followed.value?.at === at) openStudy(session, at);
    },
  });
}
