import { describe, expect, it } from 'vitest';

import { NO_QUERY } from '../../shared/view/view.svelte';
import { pods, scripted, settle } from '../../shared/view/scripted';
import { Finding } from './finding.svelte';

const source = { source: 'marked' } as const;

describe('looking through the whole list', () => {
  it('asks a view of the same list, within its own filter, for what is typed', async () => {
    const script = scripted(pods(3));
    const finding = new Finding(script.backend, { source, query: { ...NO_QUERY, text: 'web', filters: ['ns:shop'] } });
    finding.look(['pod']);
    await settle();
    expect(script.calls.viewOpen.mock.calls[0]?.[0]).toEqual({ source, query: { ...NO_QUERY, text: 'web pod', filters: ['ns:shop'] }, count: 100 });
    expect(finding.rows.map(({ name }) => name)).toEqual(['pod-0', 'pod-1', 'pod-2']);
    finding.look(['pod', '7']);
    await settle();
    expect(script.calls.viewQuery).toHaveBeenLastCalledWith('v1', { ...NO_QUERY, text: 'web pod 7', filters: ['ns:shop'] }, 100);
  });

  it('asks nothing while nothing is typed, and closes what it opened', async () => {
    const script = scripted(pods(3));
    const finding = new Finding(script.backend, { source, query: NO_QUERY });
    finding.look([]);
    await settle();
    expect(script.calls.viewOpen).not.toHaveBeenCalled();
    finding.look(['a']);
    await settle();
    finding.close();
    expect(script.calls.viewClose).toHaveBeenCalledWith('v1');
    expect(finding.rows).toEqual([]);
  });
});
