// Fingers on the timeline.
import { answered, expect, idle, opened } from "./harness.mjs";

/** Moves of a finger: enough that the browser would take the gesture for its own, were it not the picture's. */
const STEPS = 12;

/** Two fingers pinch, one pans sideways, by as much as they move; up and down one scrolls the page, as everywhere. The page itself is never zoomed. */
export async function touch(address) {
  const page = await opened(address, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await answered(page);
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name", { timeout: 60_000 });
  await idle(page);
  const client = await page.context().newCDPSession(page);
  await page.locator(".lanes canvas").evaluate((canvas) => canvas.scrollIntoView({ block: "center" }));
  /** Fingers from places to places, each [share of the picture's width, pixels below its upper edge]. */
  const drag = async (from, to) => {
    const { x, y, width } = await page.locator(".lanes canvas").boundingBox();
    const touched = (type, step) => {
      const at = (finger, axis) => from[finger][axis] + ((to[finger][axis] - from[finger][axis]) * step) / STEPS;
      const touchPoints = from.map((_, id) => ({ id, x: x + at(id, 0) * width, y: y + at(id, 1) }));
      return client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : touchPoints });
    };
    await touched("touchStart", 0);
    for (let step = 1; step <= STEPS; step++) await touched("touchMove", step);
    await touched("touchEnd", STEPS);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  };
  const near = (found, wanted) => found.every((each, at) => Math.abs(each - wanted[at]) < 1);
  /** Whether the run is shown from here on and so long, in per cent. */
  const expectShown = async (what, ...wanted) => {
    const { left, width } = await page.locator(".minimap .frame").evaluate(({ style: { left, width } }) => ({ left, width }));
    expect(`${what}: from ${left}, ${width} of the run`, near([left, width].map(Number.parseFloat), wanted));
  };
  const around = () => page.evaluate(() => [visualViewport.scale, scrollY, document.querySelector(".lanes").scrollTop]);
  const before = await around();
  await expectShown("all of the run is shown", 0, 100);
  await drag(
    [
      [0.4, 40],
      [0.6, 40],
    ],
    [
      [0.1, 40],
      [0.9, 40],
    ],
  ); // four times as far apart
  await expectShown("two fingers pinch", 37.5, 25);
  await drag([[0.8, 40]], [[0.3, 40]]); // half of what is shown
  await expectShown("one finger pans by as much as it moves", 50, 25);
  expect("and the page around the picture stays", await around(), before);
  await drag([[0.5, 150]], [[0.5, 30]]);
  await expectShown("up and down the same time is shown", 50, 25);
  const [scale, ...scrolled] = await around();
  expect("and the page scrolls", [scale, scrolled.some((pixels, at) => pixels > before[at + 1])], [1, true]);
  await page.context().close();
}
