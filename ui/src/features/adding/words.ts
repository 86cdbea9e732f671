import type { ClustersAdded, ClusterSummary, SourceProblem } from '../../ipc/types';
import { list, plural, sentence, visible } from '../../shared/text';

/** ui.md §10: what stays is said, since "remove" could be read as more than it is. */
export function removeTitle({ name }: ClusterSummary): string {
  return `Remove ${visible(name)} from the list?`;
}

export function removeText({ source, isAdded }: ClusterSummary): string {
  if (isAdded) return 'The cluster stays as it is. The kubeconfig that was added here is forgotten.';
  return `The cluster and ${visible(source)} stay as they are. Settings can show it again.`;
}

const MOST_NAMES = 6;

function names(all: readonly string[]): string {
  const first = all.slice(0, MOST_NAMES).map(visible);
  const more = all.length - first.length;
  return list(more > 0 ? [...first, `${String(more)} more`] : first);
}

/** "2 clusters were added." */
export function addedTitle({ added, known, problems }: ClustersAdded): string {
  if (added.length > 0) return `${plural('cluster', added.length)} ${added.length === 1 ? 'was' : 'were'} added.`;
  return known.length > 0 && problems.length === 0 ? 'Nothing is new.' : 'Nothing was added.';
}

export function knownText({ known }: ClustersAdded): string {
  return known.length === 0 ? '' : `In the list already: ${names(known)}.`;
}

/** Of what is in no file, for instance that it can be kept for this run only. */
const addedHere = 'added in Secateur';

export function problemText({ file, line, message }: SourceProblem): string {
  const where = [file === addedHere ? '' : visible(file), line === null ? '' : `line ${String(line)}`].filter((part) => part !== '').join(', ');
  return where === '' ? sentence(visible(message)) : `${where}: ${sentence(visible(message))}`;
}
