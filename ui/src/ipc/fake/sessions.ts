/** Signing in and out of the fake host's clusters. */
import { problemOf } from './clusters';
import { standing } from './credentials';
import { fail } from './world';
import type { World } from './world';
import type { ApiError, ClusterSummary, ErrorCode, SessionState, SignInWay } from '../types';

/** A session in one of these ends an attempt to open it with the same answer. */
const stuck: Partial<Record<SessionState, ErrorCode>> = {
  unreachable: 'unreachable',
  needsSignIn: 'signInRequired',
  untrustedCertificate: 'untrustedCertificate',
  intercepted: 'intercepted',
  unusable: 'kubeconfigUnusable',
  needsConsent: 'consentRequired',
};

/** What aws writes while it waits for a person. */
const written = ['Attempting to open the SSO authorization page.', 'If it does not open, visit this address and enter the code:', 'https://device.sso.us-east-1.example.com/', 'QRXM-BTLD'];

type Waiting = { resolve: (cluster: ClusterSummary) => void; reject: (error: ApiError) => void };

export class Sessions {
  #runs = new Map<string, Waiting>();

  constructor(private readonly world: World) {}

  /** With everything that the state brings along. */
  enter(id: string, state: SessionState, problem: string | null = problemOf(state)): ClusterSummary {
    const now = Date.now() / 1000;
    return this.world.setCluster(id, { state, since: now, problem, ...standing(state, now) });
  }

  open(id: string): ClusterSummary {
    const { world } = this;
    const { state, problem } = world.cluster(id);
    if (state === 'connecting' || state === 'signedIn') return world.cluster(id);
    const code = state === 'needsSignIn' && world.canSignIn ? undefined : stuck[state];
    if (code === undefined) return this.#signedIn(id);
    // Lists that stopped trying go on where the person tries.
    if (state === 'unreachable') world.setCluster(id, { nextTry: Date.now() / 1000 + 12 });
    throw fail(code, problem ?? '', { cluster: id, retryable: state === 'unreachable' });
  }

  /** A token is good when it begins with "good"; a plugin waits until `endPlugin`. */
  async signIn(id: string, way: SignInWay): Promise<ClusterSummary> {
    const { name, credential } = this.world.cluster(id);
    if (way.kind === 'kubeconfig') {
      if (credential.kind === 'plugin') return this.#runPlugin(id);
      if (this.world.canSignIn || this.world.cluster(id).state === 'signedOut') return this.#signedIn(id);
      throw this.#refused(id, `${name} did not accept the ${credential.words} (401)`);
    }
    if (!way.token.startsWith('good')) throw this.#refused(id, `${name} did not accept the token (401)`);
    const kept = way.keep && credential.keepProblem === null ? 'keyring' : 'thisRun';
    this.world.setCluster(id, { credential: { ...credential, kept } });
    return this.#signedIn(id);
  }

  /** How a plugin that runs ends. */
  endPlugin(id: string, isGood: boolean): void {
    const run = this.#runs.get(id);
    const { plugin } = this.world.cluster(id);
    this.#runs.delete(id);
    if (!run || !plugin) return;
    if (isGood) {
      run.resolve(this.#signedIn(id));
      return;
    }
    const error = fail('pluginFailed', `${plugin.command} ended with status 255 and gave no credential`, { cluster: id });
    const ended = { ...plugin, isRunning: false, output: `${plugin.output}\nError loading SSO Token: Token for platform does not exist` };
    this.enter(id, 'needsSignIn', error.message);
    this.world.setCluster(id, { plugin: ended });
    run.reject(error);
  }

  stop(id: string): ClusterSummary {
    const { name, state, plugin } = this.world.cluster(id);
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    if (run && plugin) {
      const stopped = this.world.setCluster(id, { state: 'notConnected', plugin: { ...plugin, isRunning: false } });
      run.reject(fail('signInRequired', `Connecting to ${stopped.name} was stopped`, { cluster: id }));
      return stopped;
    }
    // One that renews in the background: without it nothing more can be asked.
    if (state === 'signedIn' && plugin?.isRunning) {
      return this.enter(id, 'needsSignIn', `${name} is not signed in: the credential plugin "${plugin.command}" was stopped.`);
    }
    if (state === 'connecting') return this.world.setCluster(id, { state: 'notConnected', since: null });
    return this.world.setCluster(id, { nextTry: null });
  }

  signOut(id: string): ClusterSummary {
    const { credential } = this.world.cluster(id);
    this.enter(id, 'signedOut', null);
    return this.world.setCluster(id, { credential: { ...credential, kept: null, until: null } });
  }

  async consent(id: string, digest: string): Promise<ClusterSummary> {
    if (this.world.cluster(id).consent?.digest !== digest) throw fail('invalidRequest', 'another program is asked for now', { cluster: id });
    return this.#runPlugin(id);
  }

  #signedIn(id: string): ClusterSummary {
    const { generation, credential } = this.world.cluster(id);
    const until = credential.kind === 'plugin' ? Date.now() / 1000 + 3600 : null;
    this.world.setCluster(id, { generation: generation + 1, credential: { ...credential, until } });
    return this.enter(id, 'signedIn', null);
  }

  #refused(id: string, message: string): ApiError {
    const error = fail('signInRequired', message, { cluster: id, status: 401 });
    const { state } = this.world.cluster(id);
    if (state !== 'needsSignIn') this.enter(id, 'needsSignIn', message);
    return error;
  }

  #runPlugin(id: string): Promise<ClusterSummary> {
    const plugin = { command: 'aws', since: Date.now() / 1000, isRunning: true, isAsked: true, output: '' };
    this.world.setCluster(id, { state: 'connecting', problem: null, consent: null, plugin });
    return new Promise((resolve, reject) => {
      this.#runs.set(id, { resolve, reject });
      written.forEach((_, line) =>
        setTimeout(() => {
          if (!this.#runs.has(id)) return;
          this.world.setCluster(id, { plugin: { ...plugin, output: written.slice(0, line + 1).join('\n') } });
        }, 60 * (line + 1)),
      );
    });
  }
}
