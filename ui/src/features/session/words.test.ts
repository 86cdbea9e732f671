import { describe, expect, it } from 'vitest';

import { seedClusters } from '../../ipc/fake/clusters';
import type { ClusterSummary, SessionState } from '../../ipc/types';
import { consent } from '../../ipc/fake/credentials';
import type { CredentialKind, PluginRun } from '../../ipc/types';
import { actingWords, isCutOff, pluginName, programName, sessionLine, sessionLook, sourceWords } from '../../shared/sessions';
import { clock } from '../../shared/text';
import { bannerWords, detailLines, keptWords, millisWords, nextTryWords, panelWords, pluginWords, printWords, wayWords } from './words';

function cluster(state: SessionState, change: Partial<ClusterSummary> = {}): ClusterSummary {
  const [first] = seedClusters(0);
  return { ...(first as ClusterSummary), state, ...change };
}

const all: SessionState[] = [
  'notConnected', 'connecting', 'signedIn', 'signedOut', 'needsSignIn', 'needsConsent', 'unreachable', 'intercepted',
  'untrustedCertificate', 'unusable',
];

describe.each(all)('a cluster that is %s', (state) => {
  it('has a banner that names it exactly when its rows are not current, and a panel then and where it was stopped', () => {
    const words = [panelWords(cluster(state))?.title, bannerWords(cluster(state))?.title];
    expect(words.map((title) => title !== undefined)).toEqual([isCutOff(state) || state === 'notConnected', isCutOff(state)]);
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

it('what is wrong with a certificate is a sentence', () => {
  const certificate = { host: 'h:6443', problem: 'none of the trusted authorities has signed it', subject: '', issuer: '', from: '', to: '', names: [], sha256: '' };
  expect(panelWords(cluster('untrustedCertificate', { certificate }))?.cause).toBe('None of the trusted authorities has signed it.');
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

describe('the line under a name', () => {
  const until = new Date(2026, 10, 27, 15, 42, 30).getTime() / 1000;

  it.each([
    ['signedIn', {}, 'platform-oncall'],
    ['signedIn', { credential: { ...cluster('signedIn').credential, until } }, 'platform-oncall until 15:42'],
    ['signedIn', { isInsecure: true }, 'Certificate not checked'],
    ['signedOut', { since: until }, 'Signed out at 15:42:30'],
    ['needsSignIn', { since: until }, 'Session ended at 15:42:30'],
    ['needsSignIn', { since: until, credential: { ...cluster('signedIn').credential, kind: 'none' } }, 'Needs sign-in'],
    ['needsConsent', { consent }, 'Wants to run aws'],
    ['unreachable', { since: until }, 'Unreachable since 15:42:30'],
    ['notConnected', { since: null }, 'never opened'],
    ['notConnected', { since: until }, 'Not connected'],
  ] as const)('of one that is %s with %j is %s', (state, change, expected) => {
    expect(sessionLine(cluster(state, change))).toBe(expected);
  });

  it('counts while it connects', () => {
    expect(sessionLine(cluster('connecting', { since: 100 }), 103.4)).toBe('Connecting, 3 s');
    expect(sessionLine(cluster('connecting', { since: 100 }), 100.2)).toBe('Connecting');
  });

  it('leaves room for whom requests act as', () => {
    const acting = cluster('signedIn', { credential: { ...cluster('signedIn').credential, actingAs: 'break-glass\u202e' } });
    expect(actingWords(acting)).toBe('acting as break-glass\\u202e');
    expect(actingWords(cluster('signedIn'))).toBeNull();
  });
});

describe('a program', () => {
  it.each([['/usr/local/bin/aws', 'aws'], ['C:\\Tools\\kubelogin.exe', 'kubelogin.exe'], ['aws', 'aws'], ['/', '/']])('%s is called %s', (program, expected) => {
    expect(programName(program)).toBe(expected);
  });

  it('is called by what runs, then by what is asked for, then by what the kubeconfig says', () => {
    const plugin: PluginRun = { command: '/opt/one', since: 0, isRunning: true, isAsked: true, output: '' };
    expect(pluginName(cluster('needsConsent', { plugin, consent }))).toBe('one');
    expect(pluginName(cluster('needsConsent', { consent }))).toBe('aws');
    expect(pluginName(cluster('needsSignIn'))).toBe('aws');
  });
});

describe('a plugin', () => {
  const run: PluginRun = { command: 'aws', since: 100, isRunning: true, isAsked: true, output: '' };
  it.each([
    [run, 'Waiting for aws, 12 s. Stop it at any time.'],
    [{ ...run, isAsked: false }, 'Waiting for aws, 12 s. In the background: stopped after 60 s.'],
    [{ ...run, isRunning: false }, 'aws has ended'],
    [{ ...run, since: 200 }, 'Waiting for aws, 0 s. Stop it at any time.'],
  ])('%j says how long and what ends it', (plugin, expected) => expect(pluginWords(plugin, 112.7)).toBe(expected));
});

describe('the next try', () => {
  it.each([[null, ''], [112, 'Next try in 12 s'], [100, 'Trying now'], [90, 'Trying now']])('at %s is %s', (next, expected) => {
    expect(nextTryWords(next, 100)).toBe(expected);
  });
});

it.each([[0.2, '< 1 ms'], [3, '3 ms'], [9_999, '9999 ms'], [30_012, '30 s']])('%d ms are %s', (millis, expected) => {
  expect(millisWords(millis)).toBe(expected);
});

describe('a fingerprint', () => {
  it('is in pairs, in two lines that can be compared', () => {
    const [first = '', second = '', ...rest] = printWords('4f9a'.repeat(16)).split('\n');
    expect([first.length, second.length, rest.length]).toEqual([47, 47, 0]);
    expect(first.startsWith('4F:9A:4F')).toBe(true);
  });

  it('that is none is shown as it is, with nothing hidden', () => expect(printWords('\u202e')).toBe('\\u202e'));
});

describe('the ways to sign in', () => {
  const kinds: CredentialKind[] = ['none', 'certificate', 'token', 'tokenFile', 'plugin'];
  it.each(kinds)('by what a kubeconfig with %s offers have words', (kind) => {
    const words = wayWords(cluster('needsSignIn', { credential: { ...cluster('needsSignIn').credential, kind } }));
    expect([words.title, words.button].every((text) => text !== '')).toBe(true);
  });

  it.each([
    [null, null, 'kept in the keyring, or for this run only'],
    [null, 'No keyring answers', 'kept for this run only'],
    ['keyring', null, 'one is kept in the keyring; another takes its place'],
  ] as const)('with a token, kept %s and problem %s, say %s', (kept, keepProblem, expected) => {
    expect(keptWords(cluster('needsSignIn', { credential: { ...cluster('needsSignIn').credential, kept, keepProblem } }))).toBe(expected);
  });
});

it('signing out is said by who did it, with the time', () => {
  expect(panelWords(cluster('signedOut', { problem: null, since: 5 }))?.cause).toContain(`You signed out at ${clock(5)}`);
});

it('an entry that was added here is not a file to mend', () => {
  const added = cluster('unusable', { isAdded: true });
  expect(panelWords(added)?.advice).not.toContain('Mend the file');
  expect(sourceWords(added)).toBe('added in Secateur');
});

it('details hold the path, each step with its time', () => {
  const lines = detailLines(cluster('unreachable', { path: [
    { name: 'name', state: 'done', words: 'a is 10.0.0.1', millis: 3 },
    { name: 'connection', state: 'failed', words: 'refused', millis: null },
    { name: 'server', state: 'notReached', words: '', millis: null },
  ] }));
  expect(lines).toEqual(expect.arrayContaining(['Name: a is 10.0.0.1 (3 ms)', 'Connection: refused', 'API server: not reached']));
});
