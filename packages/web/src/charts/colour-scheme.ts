import { type ReadonlySignal, signal } from "@preact/signals";

const asked = matchMedia("(prefers-color-scheme: dark)");
const dark = signal(asked.matches);
asked.addEventListener("change", () => {
  dark.value = asked.matches;
});

/** Whether the reader's colours are dark now; pictures in pixels are drawn again when that changes. */
export const isDark: ReadonlySignal<boolean> = dark;
