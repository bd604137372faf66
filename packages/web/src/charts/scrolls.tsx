import type { ComponentChildren } from "preact";

/** A box that scrolls sideways where its content is wider than the page, by keys too. */
export function Scrolls({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
