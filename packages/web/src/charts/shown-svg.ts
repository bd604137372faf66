/** Properties that the page's style gives to marks. */
const STYLED = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "text-anchor"];

/** The picture in `figure` as the text of an SVG that looks the same without the page's style. */
export function shownSvg(figure: Element | null): string | undefined {
  const shown = figure?.querySelector("svg");
  if (shown === null || shown === undefined) return undefined;
  const copy = shown.cloneNode(true) as SVGSVGElement;
  const marks = [...shown.querySelectorAll("*")];
  for (const [at, mark] of [...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(marks[at]!);
    mark.removeAttribute("class");
    for (const name of STYLED) {
      const value = style.getPropertyValue(name);
      if (value !== "" && value !== "none" && !(name === "fill-opacity" && value === "1")) mark.setAttribute(name, value);
      else if (name === "fill") mark.setAttribute(name, "none");
    }
  }
  const title = document.createElementNS(copy.namespaceURI, "title");
  title.textContent = shown.getAttribute("aria-label");
  const ground = document.createElementNS(copy.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: getComputedStyle(document.body).backgroundColor }))
    ground.setAttribute(name, value);
  copy.prepend(title, ground);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.removeAttribute("aria-label");
  return new XMLSerializer().serializeToString(copy);
}
