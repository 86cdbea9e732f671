/** The two live regions of the window (ui.md §11). `App` draws them; everything that speaks goes through here. */
class Announcer {
  politeText = $state('');
  assertiveText = $state('');

  polite(text: string): void {
    this.politeText = again(text, this.politeText);
  }

  assertive(text: string): void {
    this.assertiveText = again(text, this.assertiveText);
  }
}

/** The same words said twice must change the region, or they are not read the second time. */
function again(text: string, before: string): string {
  return text === before ? `${text}\u00a0` : text;
}

export const announcer = new Announcer();
