/** What each step says, and the real control that it points at: the first of these that is on screen. */
export interface Step {
  readonly title: string;
  readonly text: string;
  /** Names of controls, as they carry them in `data-tour`. */
  readonly targets: readonly string[];
}

export const steps: readonly Step[] = [
  {
    title: 'Point at a thing',
    text: 'These rows are objects of a practice cluster. Click one, or go to the list with Tab and use the arrow keys.',
    targets: ['rows'],
  },
  {
    title: 'Mark it, and review',
    text: 'Space or its check box marks the row. Marks are collected below the list. “Plan deletion of 1…” opens the review and deletes nothing.',
    targets: ['plan', 'rows'],
  },
  {
    title: 'What will happen',
    text: 'The server was asked without deleting. Here stands what it said, what goes with the object, what comes back and what is lost.',
    targets: ['findings'],
  },
  {
    title: 'Confirm, and watch it go',
    text: 'Press Delete by pointer or with Space; Enter never deletes. Where more is at stake it is held, or a name is typed. It is called gone when the server says so, and not before.',
    targets: ['delete', 'job'],
  },
  {
    title: 'Receipts, and getting it back',
    text: 'Every deletion has a receipt, and a copy taken before. Open Receipts at the left, unfold the deletion, choose the object and press “Restore…”.',
    targets: ['create', 'restore', 'deletion', 'receipts'],
  },
];

export const end: Step = {
  title: 'That is all of it',
  text: 'Real clusters work the same way. The practice clusters stay in the list, as at first at every start, until you close them in the menu of one of them.',
  targets: [],
};

export const elsewhere: Step = {
  title: 'The tour is in the practice clusters',
  text: 'The list on screen is of a real cluster, or there is none. The tour goes on where nothing can be lost.',
  targets: [],
};
