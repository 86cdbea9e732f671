import { cleanup, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createFake } from '../ipc/fake';
import { Events } from '../shared/events';
import CloseAsked from './CloseAsked.svelte';

afterEach(cleanup);

function shown(jobs = 1, left = 412) {
  const backend = createFake('list');
  const close = vi.spyOn(backend, 'windowClose');
  const events = new Events();
  const onfault = vi.fn();
  render(CloseAsked, { props: { backend, events, onfault } });
  const ask = () => events.dispatch({ event: 'closeAsked', jobs, left });
  return { close, ask, onfault };
}

const button = (name: string) => screen.findByRole('button', { name });

describe('closing the window while a job runs', () => {
  it('is asked about, with the focus on what changes nothing', async () => {
    const { ask, close } = shown();
    expect(screen.queryByRole('alertdialog')).toBeNull();
    ask();
    expect((await screen.findByRole('alertdialog')).textContent).toContain('412 objects are not deleted yet.');
    expect(document.activeElement).toBe(await button('Keep it running'));
    expect(close).not.toHaveBeenCalled();
  });

  it('is taken back by keeping the job, and can be asked again', async () => {
    const { ask, close } = shown();
    for (const times of [1, 2]) {
      ask();
      await userEvent.click(await button('Keep it running'));
      expect(close).toHaveBeenCalledTimes(times);
      expect(close).toHaveBeenLastCalledWith('stay');
      await vi.waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    }
  });

  it('stops the jobs when that is said, and stays until the window goes', async () => {
    const { ask, close } = shown(2);
    ask();
    await userEvent.click(await button('Stop 2 jobs and quit'));
    expect(close).toHaveBeenCalledExactlyOnceWith('stop');
    expect(screen.queryByRole('alertdialog')).not.toBeNull();
  });

  it('says when that was not done', async () => {
    const { ask, close, onfault } = shown();
    close.mockRejectedValue({ code: 'notOpen', message: 'the job is not open' });
    ask();
    await userEvent.click(await button('Stop the job and quit'));
    await vi.waitFor(() => expect(onfault).toHaveBeenCalledOnce());
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});
