import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import NamespaceMenu from './NamespaceMenu.svelte';

describe('the namespaces menu', () => {
  afterEach(cleanup);

  function draw() {
    const onchoose = vi.fn();
    render(NamespaceMenu, {
      namespaces: { names: ['default', 'garden', 'kube-system'], refused: null },
      scope: { scope: 'only', names: ['default'] },
      onchoose,
    });
    const field = screen.getByRole('combobox');
    const type = async (text: string) => {
      await fireEvent.input(field, { target: { value: text } });
      await fireEvent.keyDown(field, { key: 'Enter' });
    };
    const press = (key: string) => fireEvent.keyDown(field, { key });
    return { onchoose, type, press };
  }

  it('starts at what is shown, and the row above the names is all of them', async () => {
    const { onchoose, press } = draw();
    await press('Enter');
    expect(onchoose).toHaveBeenLastCalledWith({ scope: 'only', names: ['default'] });
    await press('ArrowDown');
    await press('Enter');
    expect(onchoose).toHaveBeenLastCalledWith({ scope: 'only', names: ['garden'] });
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp']) await press(key);
    await press('Enter');
    expect(onchoose).toHaveBeenLastCalledWith({ scope: 'all' });
  });

  it('takes the first match on Enter and not the letters typed so far', async () => {
    const { onchoose, type } = draw();
    await type('gard');
    expect(onchoose).toHaveBeenCalledExactlyOnceWith({ scope: 'only', names: ['garden'] });
  });

  it('takes a name that nothing matches as it is', async () => {
    const { onchoose, type } = draw();
    await type('meadow');
    expect(onchoose).toHaveBeenCalledExactlyOnceWith({ scope: 'only', names: ['meadow'] });
  });

  it('does not take what is no name', async () => {
    const { onchoose, type } = draw();
    await type('Not A Name');
    expect(onchoose).not.toHaveBeenCalled();
  });
});
