import { describe, expect, it } from 'vitest';

import type { ApiError, ClusterSummary, Liveness } from '../../ipc/types';
import { podKind } from './scene';
import { partLook } from './strip';

const signedIn = { id: 'c1', name: 'shop-dev', state: 'signedIn', user: 'dev', since: 0, problem: null, plugin: null, consent: null, credential: { until: null, kind: 'none' } } as unknown as ClusterSummary;
const error = (code: ApiError['code']) => ({ code, message: 'dev may not list pods' }) as ApiError;

describe('one cluster of a list of several', () => {
  const check = (change: Partial<ClusterSummary>, liveness: Liveness | null, text: string | RegExp, action: string | null) => {
    const part = liveness === null ? undefined : { cluster: 'c1', rows: 1204, liveness, remark: null };
    const look = partLook({ ...signedIn, ...change }, part, podKind);
    expect(look.text).toMatch(text);
    expect(look.action?.text ?? null).toBe(action);
  };

  it('says how many rows are live', () => check({}, { phase: 'live' }, /^1,204 live$/, null));
  it('says how far it is read', () => check({}, { phase: 'reading', read: 500, about: 9000 }, /^500 of about 9,000, reading$/, null));
  it('says what it is not allowed', () => check({}, { phase: 'failed', error: error('refused') }, /^not allowed$/, 'Show'));
  it('says what it does not serve', () => check({}, { phase: 'failed', error: error('kindUnknown') }, /^serves no Pods$/, 'Show'));
  it('says as of when its rows are, and how to sign in', () => check({ state: 'needsSignIn' }, { phase: 'stale', asOf: 0, error: error('signInRequired'), isPartial: false }, /^as of \d\d:\d\d:\d\d$/, 'Sign in'));
  it('says what is so where it has no rows', () => check({ state: 'unreachable', since: null }, null, /^Unreachable$/, 'Try now'));
  it('asks to look at what wants to run', () => check({ state: 'needsConsent', consent: null }, null, /^Wants to run/, 'Look'));
  it('shows why a certificate is not trusted', () => check({ state: 'untrustedCertificate' }, null, /not trusted/, 'Show'));
  it('waits without a word to press', () => check({ state: 'connecting' }, null, /^Connecting/, null));
});
