// Every view, in both colour schemes, on a desk and on a phone.
import { answered, expect, idle, look, opened } from "./harness.mjs";

const SIZES = [
  ["desk", 1440, 900],
  ["phone", 390, 844],
];

/** axe, nothing that scrolls sideways, and a screenshot: each view, in both colour schemes, on a desk and on a phone. */
export async function views(address) {
  for (const [size, width, height] of SIZES) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await opened(address, { viewport: { width, height }, colorScheme });
      await answered(page);
      await page.waitForSelector(".editor-place:not(:has(+ textarea))");
      const fold = await page.locator(".sure").boundingBox();
      expect(`all of the answer is in sight on a ${size}`, fold.y + fold.height <= height);
      await page.locator(".why summary").first().click();
      const cells = await page.locator(".why[open] tr:not(.why-total) td:nth-child(2)").allTextContents();
      expect(`a number opens to its parts: ${cells}`, cells.length > 0 && cells.every((cell) => /\d/.test(cell)));
      await look(page, `why-${size}-${colorScheme}`);
      await page.locator(".why summary").first().click();
      for (const view of ["Answer", "Report", "Timeline", "Study"]) {
        await page.click(`.tabs >> text=${view}`);
        if (view === "Timeline") await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
        await idle(page);
        await look(page, `${view.toLowerCase()}-${size}-${colorScheme}`);
      }
      await page.click(".brand");
      await look(page, `gallery-${size}-${colorScheme}`);
      await page.context().close();
    }
  }
}
