/** Parts of the app as one file: what `tokenyard serve` answers in pieces is in elements of the page. */
const PARTS = { worker: "worker", gallery: "gallery", schema: "schema", state: "state" } as const;
/** Placeholder in the file for a state. */
const NO_STATE = "STATE";

/** Text of a part of the page; undefined where the page is not one file. */
export function partOf(name: keyof typeof PARTS): string | undefined {
  return document.getElementById(PARTS[name])?.textContent ?? undefined;
}

/** Fragment with the state that was saved in the page; undefined if there is none. */
export function savedState(): string | undefined {
  const state = JSON.parse(partOf("state") ?? "null") as string | null;
  return state === null || state === NO_STATE ? undefined : state;
}

/** The page as one file that opens with `fragment`: this one, or that of the server. Throws where the server does not have it. */
export async function wholePage(fragment: string | undefined): Promise<Blob> {
  const html = partOf("worker") === undefined ? await served() : own();
  const state = JSON.stringify(fragment ?? NO_STATE); // letters of a fragment end no script
  const filled = html.replace(/(<script type="application\/json" id="state">)[^<]*/, (_, head: string) => `${head}${state}`);
  return new Blob([filled], { type: "text/html" });
}

async function served(): Promise<string> {
  const answer = await fetch("tokenyard.html");
  if (!answer.ok) throw new Error(`the server answers ${answer.status} for tokenyard.html`);
  return answer.text();
}

/** This file as it was before the page was drawn. */
function own(): string {
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  const place = copy.querySelector("#page")!;
  while (place.previousElementSibling !== null) place.previousElementSibling.remove();
  place.replaceChildren();
  copy.querySelector("link[rel=help]")?.remove(); // the site does not come along
  copy.querySelector("title")!.textContent = "Tokenyard";
  return `<!doctype html>\n${copy.outerHTML}\n`;
}
