import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ViewOpened } from '../../ipc/types';
import { pods, settle } from '../../shared/view/scripted';
import { scene } from './scene';

const refusal = { code: 'invalidRequest', message: 'Pods have no field spec.nodename. Did you mean spec.nodeName?' };

describe('the filter of a list', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function type(list: Awaited<ReturnType<typeof scene>>['list'], typed: string): Promise<void> {
    list.filter.setTyped(typed);
    await settle();
  }
  const asked = (script: Awaited<ReturnType<typeof scene>>['script']) => script.calls.viewQuery.mock.calls.map((call) => (call as unknown[])[1] as { text: string; filters: string[] }).map(({ text, filters }) => ({ text, filters }));

  async function complete(list: Awaited<ReturnType<typeof scene>>['list'], typed: string): Promise<void> {
    await type(list, typed);
    list.filter.complete();
    await settle();
  }

  it('asks nothing of the backend while a token is being typed', async () => {
    const { script, list } = await scene(pods(3));
    await type(list, 'status:Run');
    expect(asked(script)).toEqual([]);
    await complete(list, 'led status:Running');
    expect(asked(script)).toEqual([{ text: 'led', filters: [] }, { text: 'led', filters: ['status:Running'] }]);
    expect(list.filter.typed).toBe('led');
    expect(list.filter.tokens).toEqual([{ text: 'status:Running', is: 'taken', problem: null }]);
  });

  it('keeps the last good result and says why where a token is refused', async () => {
    const { script, list } = await scene(pods(3));
    await complete(list, 'label=app=web');
    script.calls.viewQuery.mockRejectedValueOnce(refusal);
    await complete(list, 'field:spec.nodename=a');
    expect(list.filter.problem).toBe(refusal.message);
    expect(list.filter.filters).toEqual(['label=app=web']);
    expect(list.view.query.filters).toEqual(['label=app=web']);
    expect(list.problem).toBeNull();
    // What is typed after it filters by what is good.
    await type(list, 'x');
    expect(asked(script).at(-1)).toEqual({ text: 'x', filters: ['label=app=web'] });
  });

  it('asks again without the refused token for what changed meanwhile', async () => {
    const { script, list } = await scene(pods(3));
    let refuse: (error: unknown) => void = () => undefined;
    script.calls.viewQuery.mockReturnValueOnce(new Promise((_, reject) => (refuse = reject)));
    await complete(list, 'field:spec.nodename=a');
    script.calls.viewQuery.mockRejectedValueOnce(refusal);
    await type(list, 'abc');
    refuse(refusal);
    await settle();
    expect(list.filter.tokens.map(({ is }) => is)).toEqual(['refused']);
    expect(list.view.query).toMatchObject({ text: 'abc', filters: [] });
  });

  it('takes a token away that is erased twice, and asks for the rest', async () => {
    const { script, list } = await scene(pods(3));
    await complete(list, 'ns:a');
    list.filter.erase();
    expect(list.filter.selected).toBe(0);
    list.filter.erase();
    await settle();
    expect(asked(script).at(-1)).toEqual({ text: '', filters: [] });
  });

  it('puts a token back to change it', async () => {
    const { list } = await scene(pods(3));
    await complete(list, 'led ns:a');
    list.filter.editAt(0);
    expect([list.filter.typed, list.filter.tokens]).toEqual(['led ns:a', []]);
  });

  it('is asked in the end although the list was still opening when it was set', async () => {
    const { script, list } = await scene(pods(3));
    let open: (opened: ViewOpened) => void = () => undefined;
    script.calls.viewOpen.mockReturnValueOnce(new Promise((resolve) => (open = resolve)));
    list.open({ ...list.source, scope: { scope: 'only', names: ['slow'] } } as NonNullable<typeof list.source>);
    await complete(list, 'ns:a');
    expect(asked(script)).toEqual([]);
    open({ view: 'v2', window: script.window(0, 10) });
    await settle();
    expect(asked(script)).toEqual([{ text: '', filters: ['ns:a'] }]);
    expect(list.filter.tokens[0]?.is).toBe('taken');
  });
});
