/** Everything that the site keeps in a browser, by its name there. A test finds the names in the page's source. */

export interface Store {
  readonly name: string;
  readonly place: 'IndexedDB' | 'localStorage' | 'sessionStorage';
  readonly holds: string;
}

export const STORES: readonly Store[] = [
  { name: 'hbmark-runs', place: 'IndexedDB', holds: 'The last twelve runs, each as far as it came' },
  {
    name: 'hbmark-shelf',
    place: 'IndexedDB',
    holds: 'Records that you added from files, and the names you gave to runs',
  },
  { name: 'hbmark-gpu-names', place: 'IndexedDB', holds: 'The names you gave to GPUs after their runs' },
  {
    name: 'hbmark-submissions',
    place: 'IndexedDB',
    holds: 'The runs you added to the collection, each with the token that deletes it; and those not sent yet',
  },
  { name: 'hbmark-tunings', place: 'IndexedDB', holds: 'The fastest layouts of the programs, if you had them tuned' },
  {
    name: 'hbmark-growth',
    place: 'IndexedDB',
    holds: 'How much memory was survived, in case the browser ends the page',
  },
  { name: 'hbmark-theme', place: 'localStorage', holds: 'Light, dark or auto' },
  { name: 'hbmark-left-at', place: 'localStorage', holds: 'When you last left the page, to tell that from a crash' },
  { name: 'hbmark-continue', place: 'sessionStorage', holds: 'The run that you are about to continue, for a moment' },
];
