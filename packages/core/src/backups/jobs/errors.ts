import { type ErrorEntry, errorsOf } from '../../base/errors.js';

export const jobErrorCatalogue = {
  'unknown-job': {
    message: 'There is no job "{name}".',
    remedy: 'The jobs are: {known}.',
  },
  'unknown-run': {
    message: 'There is no run "{id}".',
    remedy: 'See `holdfast job runs` for those that are known; the newest 400 are.',
  },
  'job-invalid': {
    message: 'The job can not be kept like this: {what}.',
    remedy: 'Correct that and try again. Nothing was changed.',
  },
  'run-interrupted': {
    message: 'The run was interrupted: its process ended in the midst of it.',
    remedy:
      'What it had begun at the locations is removed by the next run. If it happens again, see whether the machine runs out of memory or is switched off.',
  },
  'hook-failed': {
    message: 'The command that runs {when} the backup, {command}, failed: {what}.{output}',
    remedy: 'Run the command by hand as the user of Holdfast, and see `holdfast job change {job} --help`.',
  },
  'callback-failed': {
    message: 'What the app does {when} the backup failed: {what}.',
    remedy: 'See the log of the app in which Holdfast runs.',
  },
  'clock-wrong': {
    message: 'The clock of this machine is wrong: it says {now}.',
    remedy: 'Set the clock, and see that the machine sets it by itself (NTP). No backup was made: it would have borne that date.',
  },
  'clock-behind': {
    message: 'The clock of this machine says {now}, but the newest backup is of {newest}.',
    remedy:
      'If the clock is wrong, set it. If it was wrong when that backup was made, delete that backup. Until then older backups are kept, whatever the retention.',
  },
  'location-silent': {
    message: 'The location "{location}" did not answer within {seconds} seconds.',
    remedy: 'See whether it can be reached: `holdfast location check`. It is tried again by itself.',
  },
  'would-replace-complete': {
    message:
      'The location "{location}" keeps only so many backups, and one without {sources} would take the place of one that has everything.',
    remedy:
      'See that the folder is there again, and run the job: `holdfast job run {job}`. If it is gone for good, take it out of the job.',
  },
  'run-superseded': {
    message: 'A newer backup of the job is at this location by now.',
    remedy: 'Nothing needs to be done.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const jobError = errorsOf(jobErrorCatalogue);
