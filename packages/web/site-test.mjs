// Builds the site and uses it in headless Chromium by keyboard: under a sub-path of a plain server, from `file://`, and beside it the page on `serve`: `pnpm test:site`.
// Words name the parts to run, all without any. `--pictures FOLDER` keeps screenshots, `--site FOLDER` takes a site that is built.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { embedding } from "./browser/embedding.mjs";
import { conclusion } from "./browser/expectations.mjs";
import { end, expect, folder, keepPictures, serving } from "./browser/harness.mjs";
import { hosted } from "./browser/hosted.mjs";
import { guided, offline, siteByKeys, siteLooks, startByKeys } from "./browser/site-reader.mjs";
import { galleryPicture } from "./site/gallery-pictures.mjs";
import { followedLinks } from "./site/links.mjs";
import { buildSite } from "./site/site.mjs";

const { values, positionals } = parseArgs({
  options: { pictures: { type: "string" }, site: { type: "string" } },
  allowPositionals: true,
});
keepPictures({ png: values.pictures });
const host = { close() {} };
try {
  const site = values.site ?? join(folder, "site");
  if (values.site === undefined)
    await buildSite(site, new Map(["one-gpu", "two-ranks", "deployment-plan"].map((name) => [name, galleryPicture(name)])));
  Object.assign(host, await hosted(site, "/a/b/"));
  const PARTS = {
    links() {
      const { broken, links, pages } = followedLinks(site);
      expect("every link inside leads somewhere", broken, []);
      expect(`all links were followed: ${links} of ${pages} pages`, links > 2000 && pages > 100);
    },
    file: () => startByKeys(pathToFileURL(join(site, "app.html")).href),
    host: () => startByKeys(`${host.address}app.html`),
    serve: async () => startByKeys(await serving()),
    fileSite: () => siteByKeys(pathToFileURL(join(site, "index.html")).href),
    hostSite: () => siteByKeys(host.address),
    offline: () => offline(`${host.address}app.html#open=two-ranks`),
    guided: () => guided(host.address),
    embedding: () => embedding(host.address),
    looks: () => siteLooks(host.address),
  };
  for (const [name, part] of Object.entries(PARTS)) if (positionals.length === 0 || positionals.includes(name)) await part();
} finally {
  host.close();
  await end();
  console.log(conclusion("the site"));
}
