import { useState } from "preact/hooks";

interface CopySvgProps {
  /** Name of the picture. */
  readonly name: string;
  /** Its text; undefined where it is not there. */
  readonly of: () => string | undefined;
}

/** Button that copies a picture as the text of an SVG; where the browser does not let it be copied, it is saved. */
export function CopySvg({ name, of }: CopySvgProps) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    const svg = of();
    if (svg === undefined) return;
    try {
      await navigator.clipboard.writeText(svg);
      setSaid("copied");
    } catch {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
      link.download = `${name.replaceAll(" ", "-")}.svg`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      setSaid("saved as a file");
    }
  };
  return (
    <p class="copy">
      <button type="button" onClick={copy}>
        Copy <span class="hidden">{name} </span>as SVG
      </button>{" "}
      <span role="status" class="faint">
        {said}
      </span>
    </p>
  );
}
