/** F6 and Shift F6: from one part of the window to the next (ui.md §9). Parts carry `data-region`. */
const order = ['rail', 'kinds', 'list', 'session', 'tray', 'panel', 'tour', 'status'] as const;
const focusable =
  'button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), select, textarea, a[href], [tabindex="0"]';

type Part = { region: HTMLElement; stop: HTMLElement };

/** The parts that can take the focus now, in their order. */
function parts(root: ParentNode): Part[] {
  return order.flatMap((name) => {
    const region = root.querySelector<HTMLElement>(`[data-region="${name}"]`);
    if (!region) return [];
    // A region may say itself where one enters it.
    const entry = region.querySelector<HTMLElement>('[data-region-stop]') ?? region.querySelector<HTMLElement>('[aria-current="true"][tabindex="0"]');
    const stop = region.tabIndex >= 0 && region.hasAttribute('tabindex') ? region : (entry ?? region.querySelector<HTMLElement>(focusable));
    return stop ? [{ region, stop }] : [];
  });
}

export function moveRegion(root: ParentNode, focused: Element | null, direction: 1 | -1): void {
  const all = parts(root);
  const at = all.findIndex(({ region }) => focused !== null && region.contains(focused));
  const to = at < 0 ? (direction === 1 ? 0 : all.length - 1) : (at + direction + all.length) % all.length;
  all[to]?.stop.focus();
}
