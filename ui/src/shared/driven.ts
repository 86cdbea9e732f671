/** A driver's picture is taken with the next frame, and a page at rest that is drawn without a graphics card has none: the
 * driver would wait for ever. While one drives the window, a pixel that nobody sees changes a few times a second. */
const EVERY_MS = 200;

export function keepPaintingForADriver(): void {
  if (!navigator.webdriver) return;
  const pixel = document.createElement('div');
  Object.assign(pixel.style, { position: 'fixed', right: '0', bottom: '0', width: '1px', height: '1px', pointerEvents: 'none', background: 'currentColor' });
  document.body.append(pixel);
  let isOdd = false;
  setInterval(() => {
    isOdd = !isOdd;
    pixel.style.opacity = isOdd ? '0.01' : '0.02';
  }, EVERY_MS);
}
