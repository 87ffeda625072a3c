/** One step on the way back: what to do, and what to type where it is a command. */
interface RestoreStep {
  readonly text: string;
  readonly command?: string;
}

/** A way back, for whoever holds the kit. That person may never have seen Holdfast, and has a bad day. */
export interface RestoreWay {
  readonly title: string;
  readonly introduction: string;
  readonly steps: readonly RestoreStep[];
}

export const withHoldfast: RestoreWay = {
  title: 'Restore with Holdfast',
  introduction: 'The easiest way. Any computer will do; Holdfast need not be set up on it.',
  steps: [
    { text: 'Install Node.js 20.19 or newer (nodejs.org), and open a terminal.' },
    {
      text: 'Run this. It asks for one of the places above (the kind of place stands before each), shows its backups, and restores the one that you choose:',
      command: 'npx holdfast recover',
    },
    { text: 'Type the key when you are asked. Capitals, spaces and dashes do not matter.' },
    {
      text: 'If you have the file of a backup, go to its folder and run this instead, with its name for BACKUP.tar. Your files are then in the folder "restored":',
      command: 'npx holdfast backup restore BACKUP.tar --to restored',
    },
  ],
};

export const withHomeAssistant: RestoreWay = {
  title: 'Restore with Home Assistant',
  introduction: 'For backups of a Home Assistant configuration. What Holdfast makes of it is a Home Assistant backup.',
  steps: [
    {
      text: 'On a new installation, choose "Upload backup" on the first page. On one that runs, open Settings > System > Backups and choose "Upload backup" in the menu at the top right.',
    },
    { text: 'Choose the .tar file.' },
    { text: 'Enter the key with its dashes when you are asked for it.' },
  ],
};

/** Its steps are in the recipe's own first lines, where they are still read when it is copied. */
export const withNeither: RestoreWay = {
  title: 'Restore with neither',
  introduction:
    'This needs bash, tar and openssl, which every Linux and every Mac has (on Windows: WSL). It opens backups of version 2, which is what Holdfast writes unless it is told otherwise. Type the key exactly as it stands above. What openssl derives from it can be seen by other users of the same computer for a moment, so use your own.',
  steps: [],
};
