/**
 * What whoever adds a run agrees to, in one place: the page shows it, the terminal asks for it, the privacy page lists
 * it, and a collector takes no run without its version. A change of what it says is a new version.
 */

/** The version that a submission names. */
export const CONSENT_VERSION = '1';

/** Fields of a record that are never made public, by their paths. The page does not even send them. */
export const WITHHELD_FIELDS: readonly string[] = ['reported.note'];

/**
 * Fields that are made public only where they are that of a known GPU, or were typed alike by people who do not know of
 * each other: a text that one person alone has chosen is not shown to others.
 */
export const FIELDS_SHOWN_IF_KNOWN: readonly string[] = ['reported.gpu'];

export interface ConsentPoint {
  readonly title: string;
  readonly text: string;
}

export const CONSENT: readonly ConsentPoint[] = [
  {
    title: 'What is sent',
    text: 'The record, as it is shown before: what ran, on which GPU, browser and system, and every time that was taken. Nothing else of this browser or this machine.',
  },
  {
    title: 'What everybody can see',
    text: 'The record’s numbers, and what the checks say of them. Of its texts, those of which there are only so many: the GPU, the browser, the system, the model. Anybody may download it with all the others, and use it.',
  },
  {
    title: 'What nobody can see',
    text: 'A text that somebody may have chosen: a model’s file, a device that nobody knows. The name that you gave your GPU, unless it is that of a known GPU or others have typed the same. A note that you wrote is not even sent. Your address: a collector keeps none. To count how often somebody submits, it keeps for a day what a secret of that day makes of it, from which the address cannot be read.',
  },
  {
    title: 'How to delete it',
    text: 'Whoever adds a run gets a delete token, and whoever has it can delete the run at any time, with no reason given. The page keeps it in History, the terminal in a file. Nobody else can tell that the run is yours, so without the token only the people who run the collector can delete it.',
  },
  {
    title: 'How long it is kept',
    text: 'Until it is deleted. Copies that others have downloaded before are theirs.',
  },
];
