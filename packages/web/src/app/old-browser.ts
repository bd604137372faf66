import { type Shared, sharedFrom } from "../link/link.ts";

/** Features that the page needs and this browser lacks. */
export function missingFeatures(): string[] {
  const named = ["Worker", "DecompressionStream"].filter((name) => !(name in globalThis));
  return "resize" in ArrayBuffer.prototype ? named : [...named, "resizable buffers"];
}

/** Shows in `place` which features are missing, what would work, and what came with the link in `fragment`, if it can be read. */
export async function showMissing(place: Element, missing: readonly string[], fragment: string): Promise<void> {
  const words = `This browser does not have ${missing.join(" and ")}, which the page needs: a newer one does.`;
  const main = element("main", element("h1", "Tokenyard"), element("p", words));
  place.replaceChildren(main);
  const shared = "DecompressionStream" in globalThis ? await sharedFrom(fragment).catch(() => undefined) : undefined;
  if (shared !== undefined) main.append(...sentParts(shared));
}

function sentParts({ text, path, sent }: Shared): Element[] {
  const claims = sent === undefined ? [] : [element("p", `As sent, not recomputed here: ${sent.conclusion}`)];
  return [...claims, element("h2", path), focusable(element("pre", text))];
}

/** What scrolls must be reached by keys. */
function focusable(made: HTMLElement): HTMLElement {
  made.tabIndex = 0;
  return made;
}

function element(name: string, ...inside: (string | Element)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
}
