import { afterEach, describe, expect, it, vi } from 'vitest';

import { pressed, shortcuts } from './shortcuts';

const removers: (() => void)[] = [];
afterEach(() => {
  removers.splice(0).forEach((remove) => remove());
  document.body.replaceChildren();
});

function listen(keys: string): ReturnType<typeof vi.fn<() => void>> {
  const run = vi.fn<() => void>();
  removers.push(shortcuts.add({ keys, does: 'something', run }));
  return run;
}

function press(key: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.addEventListener('keydown', (heard) => shortcuts.handle(heard), { once: true });
  target.dispatchEvent(event);
  return event;
}

describe('the name of a key press', () => {
  const check = (init: KeyboardEventInit & { key: string }, expected: string) =>
    expect(pressed(new KeyboardEvent('keydown', init))).toBe(expected);

  it('upper-cases letters', () => check({ key: 'r', ctrlKey: true }, 'Ctrl+R'));
  it('names Shift with letters', () => check({ key: 'R', ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+R'));
  it('does not name Shift with what it prints', () => check({ key: '?', shiftKey: true }, '?'));
  it('names Shift with keys that print nothing', () => check({ key: 'F6', shiftKey: true }, 'Shift+F6'));
});

describe('a shortcut', () => {
  it('runs and keeps the key from the system', () => {
    const run = listen('Ctrl+R');
    const event = press('r', { ctrlKey: true });
    expect(run).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
  });

  it('of one character is text while someone types', () => {
    const run = listen('?');
    const input = document.body.appendChild(document.createElement('input'));
    press('?', { shiftKey: true }, input);
    expect(run).not.toHaveBeenCalled();
  });

  it('with Ctrl works while someone types', () => {
    const run = listen('Ctrl+1');
    const input = document.body.appendChild(document.createElement('input'));
    press('1', { ctrlKey: true }, input);
    expect(run).toHaveBeenCalledOnce();
  });

  it('does nothing behind an open sheet', () => {
    const run = listen('Ctrl+1');
    const dialog = document.body.appendChild(document.createElement('dialog'));
    dialog.setAttribute('open', '');
    press('1', { ctrlKey: true });
    expect(run).not.toHaveBeenCalled();
  });

  it('gives way to a later one and comes back', () => {
    const first = listen('Escape');
    const second = vi.fn<() => void>();
    const remove = shortcuts.add({ keys: 'Escape', does: 'close', run: second });
    press('Escape');
    remove();
    press('Escape');
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });

  it('stands in the table only while it works', () => {
    const remove = shortcuts.add({ keys: 'F9', does: 'test', run: () => undefined });
    expect(shortcuts.table().some(({ keys }) => keys === 'F9')).toBe(true);
    remove();
    expect(shortcuts.table().some(({ keys }) => keys === 'F9')).toBe(false);
  });
});
