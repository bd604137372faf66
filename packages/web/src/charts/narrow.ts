import { type ReadonlySignal, signal } from "@preact/signals";

const asked = matchMedia("(max-width: 700px)");
const narrow = signal(asked.matches);
asked.addEventListener("change", () => {
  narrow.value = asked.matches;
});

/** Whether the screen is as narrow as a phone's. */
export const isNarrow: ReadonlySignal<boolean> = narrow;
