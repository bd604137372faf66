// The first page of the site and a page for each scenario of the gallery.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { conclusionIn } from "./gallery-groups.mjs";
import { HOUSE, textOf } from "./project-files.mjs";
import { escaped, scrolling } from "./written-page.mjs";

/** Fragment with which the page opens a scenario of the gallery. */
function fragmentOf(path) {
  return `#open=${path.replace(/\/scenario\.yaml$/, "")}`;
}

const conclusionOf = (name) => conclusionIn(textOf(`scenarios/${name}/report.txt`));

const picture = (address, { width, height, words }) =>
  `<img src="${address}" width="${width}" height="${height}" alt="${escaped(words)}" loading="lazy">`;

/** The first page: what this is, and the gallery as cards. `pictures`: by name of scenario. */
export function homeMain(groups, pictures, guides) {
  const card = ({ name, headline }) => `<li>
<h3><a href="scenarios/${name}/index.html">${escaped(headline)}</a></h3>
${pictures.has(name) ? picture(`scenarios/${name}/picture.svg`, pictures.get(name)) : ""}
<p>${escaped(conclusionOf(name))}</p>
<p class="ways"><a href="app.html${fragmentOf(name)}">Run ${name}</a></p>
</li>`;
  const group = ({ title, about, scenarios }) => `<section>
<h2>${escaped(title)}</h2>
<p>${escaped(about)}</p>
<ul class="cards">
${scenarios.map(card).join("\n")}
</ul>
</section>`;
  return `<h1>What will this plan really do?</h1>
<p>Tokenyard simulates inference clusters for Mixture-of-Experts models. It runs a serving plan for hundreds of GPUs in this browser, on simulated GPUs,
before you rent real ones: what it does, which targets it meets, and what holds it back.</p>
<p><a class="do" href="app.html">Run a plan of your own</a> <a href="docs/index.html">Documentation</a></p>
<section>
<h2>Step by step</h2>
<p>Guided plans: each step shows the plan and says a sentence on it, with the numbers of the run.</p>
<ul class="cards">
${Object.entries(guides)
  .map(([name, title]) => `<li><h3><a href="app.html#guide=${name}">${escaped(title)}</a></h3></li>`)
  .join("\n")}
</ul>
</section>
<div id="gallery">
${groups.map(group).join("\n")}
</div>`;
}

/** A scenario's page: its README, with ways to run it, and behind it its report and its texts. */
export function scenarioMain(name, html, pictures) {
  const files = readdirSync(join(HOUSE, "scenarios", name)).filter((file) => file.endsWith(".yaml"));
  const variants = files.filter((file) => file !== "scenario.yaml");
  const link = (file) => `<a href="../../app.html${fragmentOf(`${name}/${file}`)}">${file}</a>`;
  const ways = `<p class="conclusion">${escaped(conclusionOf(name))}</p>
${pictures.has(name) ? picture("picture.svg", pictures.get(name)) : ""}
<p><a class="do" href="../../app.html${fragmentOf(name)}">Run it here</a>${variants.length === 0 ? "" : ` or beside it: ${variants.map(link).join(", ")}`}</p>`;
  const text = (title, file) =>
    `<details><summary>${title}</summary>${scrolling(title, `<pre><code>${escaped(textOf(`scenarios/${name}/${file}`))}</code></pre>`)}</details>`;
  const [heading, ...rest] = html.split("</h1>");
  return `${heading}</h1>\n${ways}\n${rest.join("</h1>")}
<h2 id="its-files">Its files</h2>
${text("The report", "report.txt")}
${files.map((file) => text(file, file)).join("\n")}`;
}
