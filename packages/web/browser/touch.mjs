// Fingers on the timeline.
import { answered, expect, idle, opened } from "./harness.mjs";

/** One finger pans, two pinch. */
export async function touch(address) {
  const page = await opened(address, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await answered(page);
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name", { timeout: 60_000 });
  await idle(page);
  const client = await page.context().newCDPSession(page);
  const box = await page.locator(".lanes canvas").boundingBox();
  const y = Math.min(800, box.y + 40);
  const fingers = (type, ...places) =>
    client.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((share, id) => ({ x: box.x + share * box.width, y, id })) });
  const ruler = async () => (await page.locator(".ruler span").allTextContents()).join(" ");
  const whole = await ruler();
  await fingers("touchStart", 0.4, 0.6);
  await fingers("touchMove", 0.3, 0.7);
  await fingers("touchMove", 0.1, 0.9);
  await fingers("touchEnd");
  const close = await ruler();
  expect("two fingers pinch", close !== whole && !close.includes("86.6 ms shown"));
  await fingers("touchStart", 0.8);
  await fingers("touchMove", 0.6);
  await fingers("touchMove", 0.3);
  await fingers("touchEnd");
  const moved = await ruler();
  expect(
    "one finger pans",
    moved !== close && moved.split(" shown")[0].split(" ").slice(-2).join() === close.split(" shown")[0].split(" ").slice(-2).join(),
  );
  await page.context().close();
}
