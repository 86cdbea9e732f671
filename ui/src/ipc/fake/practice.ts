/** The practice clusters of the fake host: in its list while a person practises. */
import type { FakeJobs } from './jobs';
import { isAtEnd } from './execution';
import { fail } from './world';
import type { World } from './world';

export class Practice {
  constructor(
    private readonly world: World,
    private readonly jobs: FakeJobs,
  ) {}

  open(): void {
    const { world } = this;
    world.clusters = [...world.clusters.filter(({ isPractice }) => !isPractice), ...world.practice];
    world.emit({ event: 'catalogueChanged' });
  }

  close(): void {
    this.#insistOnNoJob('closed');
    const { world } = this;
    world.forgetPractice();
    world.clusters = world.clusters.filter(({ isPractice }) => !isPractice);
    world.emit({ event: 'catalogueChanged' });
  }

  reset(): void {
    this.#insistOnNoJob('reset');
    this.world.forgetPractice();
  }

  #insistOnNoJob(what: string): void {
    const isOfPractice = (id: string) => this.world.cluster(id).isPractice;
    const running = this.jobs.all().find(({ state, ended, targets, lanes }) => state === 'running' && ended === null && !targets.every(isAtEnd) && lanes.some(({ cluster }) => isOfPractice(cluster)));
    if (running) throw fail('invalidRequest', `The practice clusters were not ${what}: a job is still deleting there, ${running.subject}; stop it first, or wait until it has ended.`);
  }
}
