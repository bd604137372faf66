import { excerptOf } from "./excerpt.ts";
import { type Found, searchOver } from "./sections.ts";

// The site's search: what is typed is looked for at once, and the address keeps it.
const find = searchOver(document.getElementById("index")!.textContent ?? "");
const [box, list, news] = ["words", "found", "news"].map((id) => document.getElementById(id)!) as [
  HTMLInputElement,
  HTMLElement,
  HTMLElement,
];

box.value = new URLSearchParams(location.search).get("q") ?? "";
box.addEventListener("input", show);
box.form!.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.focus();
});
addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const stops = [box, ...list.querySelectorAll<HTMLElement>("a")];
  const next = stops[stops.indexOf(document.activeElement as HTMLElement) + step];
  if (next === undefined || !stops.includes(document.activeElement as HTMLElement)) return;
  event.preventDefault();
  next.focus();
});
show();
box.focus();

function show(): void {
  const words = box.value.trim();
  const found = words === "" ? [] : find(words);
  list.replaceChildren(...found.map(itemOf));
  news.textContent = words === "" ? "" : found.length === 0 ? `nothing found for ${words}` : `${found.length} sections, the nearest first`;
  document.title = `${words === "" ? "Search" : words} · Tokenyard`;
  try {
    history.replaceState(null, "", words === "" ? location.pathname : `?q=${encodeURIComponent(words)}`);
  } catch {
    // some browsers keep the address of a file as it is
  }
}

function itemOf({ title, heading, address, text, terms }: Found): HTMLElement {
  const link = Object.assign(document.createElement("a"), { href: address, textContent: heading });
  const where = Object.assign(document.createElement("span"), { className: "faint", textContent: heading === title ? "" : ` ${title}` });
  const excerpt = document.createElement("p");
  excerpt.append(
    ...excerptOf(text, terms).map((piece) =>
      piece.isFound ? Object.assign(document.createElement("mark"), { textContent: piece.text }) : piece.text,
    ),
  );
  const item = document.createElement("li");
  item.append(link, where, excerpt);
  return item;
}
