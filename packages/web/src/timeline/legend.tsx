import { colourOf } from "@tokenyard/report";

/** What the colours mean. */
export function Legend({ names }: { readonly names: readonly string[] }) {
  return (
    <ul class="legend">
      {names.map((name) => (
        <li key={name}>
          <span class="swatch" style={{ background: colourOf(name) }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}
