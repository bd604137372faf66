// Every view, on every screen and in both colour schemes.
import { answered, expect, idle, look, opened, SCREENS } from "./harness.mjs";

export async function views(address) {
  const page = await opened(address);
  await answered(page);
  await page.waitForSelector(".editor-place:not(:has(+ textarea))");
  for (const [screen, size] of SCREENS) {
    await page.setViewportSize(size);
    const fold = await page.locator(".sure").boundingBox();
    expect(`all of the answer is in sight on a ${screen}`, fold.y + fold.height <= size.height);
  }
  await page.locator(".why summary").first().click();
  const cells = await page.locator(".why[open] tr:not(.why-total) td:nth-child(2)").allTextContents();
  expect(`a number opens to its parts: ${cells}`, cells.length > 0 && cells.every((cell) => /\d/.test(cell)));
  await look(page, "why");
  await page.locator(".why summary").first().click();
  for (const view of ["Answer", "Report", "Timeline", "Study"]) {
    await page.click(`.tabs >> text=${view}`);
    if (view === "Timeline") await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
    await idle(page);
    if (view === "Report") {
      await page.selectOption('[aria-labelledby="asked"] select', "memory.reserved");
      const parts = await page.locator('[aria-labelledby="asked"] tr:not(.why-total) th').allTextContents();
      expect(`any number opens to its parts: ${parts}`, parts.length, 3);
      const kinds = await page.locator('[aria-labelledby="roofline"] tbody th').allTextContents();
      expect("the roofline has each kind of kernel of both phases", kinds.length, 6);
      expect(`the longest of a phase comes first: ${kinds}`, /attention in prefill/.test(kinds[0]) && /attention in decode/.test(kinds[3]));
    }
    await look(page, view.toLowerCase());
  }
  await page.click(".brand");
  await look(page, "gallery");
  await page.context().close();
}
