import { describe, expect, it } from 'vitest';

import { seedClusters } from '../../ipc/fake/clusters';
import type { ClusterSummary, SessionState } from '../../ipc/types';
import { isCutOff, sessionLine, sessionLook } from '../../shared/sessions';
import { bannerWords, panelWords } from './words';

function cluster(state: SessionState, change: Partial<ClusterSummary> = {}): ClusterSummary {
  const [first] = seedClusters(0);
  return { ...(first as ClusterSummary), state, ...change };
}

const all: SessionState[] = [
  'notConnected', 'connecting', 'signedIn', 'signedOut', 'needsSignIn', 'needsConsent', 'unreachable', 'intercepted',
  'untrustedCertificate', 'unusable',
];

describe.each(all)('a cluster that is %s', (state) => {
  it('has a panel and a banner that name it exactly when its rows are not current', () => {
    const words = [panelWords(cluster(state))?.title, bannerWords(cluster(state))?.title];
    expect(words.map((title) => title !== undefined)).toEqual([isCutOff(state), isCutOff(state)]);
    for (const title of words) if (title !== undefined) expect(title).toContain('payments-prod-eu');
  });

  it('has a badge when it is cut off, so that the rail says so too', () => {
    if (isCutOff(state)) expect(sessionLook(cluster(state)).badge).not.toBeNull();
  });

  it('has a line under its name', () => expect(sessionLine(cluster(state))).not.toBe(''));
});

it('the cause is not said twice', () => {
  const words = panelWords(cluster('unreachable', { problem: 'payments-prod-eu does not answer: connection refused by 10.8.14.2:6443' }));
  expect(words?.cause).toBe('Connection refused by 10.8.14.2:6443.');
});

it('text of a server cannot hide in a panel', () => {
  expect(panelWords(cluster('intercepted', { problem: 'a\u202Eb' }))?.cause).toBe('a\\u202eb.');
});

it('a cluster whose certificate is not checked says so while signed in', () => {
  const look = sessionLook(cluster('signedIn', { isInsecure: true }));
  expect([look.badge, look.word]).toEqual(['unlock', 'certificate not checked']);
});

it('being cut off is said before the certificate', () => {
  expect(sessionLook(cluster('unreachable', { isInsecure: true })).badge).toBe('unplugged');
});
