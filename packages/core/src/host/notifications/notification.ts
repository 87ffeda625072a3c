/** What somebody is told of. */
export interface Topics {
  /** Issues from this severity on, when they come up. Default `warning`. */
  readonly issues: 'warning' | 'error' | 'none';
  /** Also when such an issue is cured. Default true. */
  readonly resolved: boolean;
  /** Runs of jobs. Default `none`: what goes wrong becomes an issue. */
  readonly runs: 'all' | 'failures' | 'none';
}

/** A program, which gets the message as JSON on its standard input. */
export interface CommandTarget {
  readonly type: 'command';
  /** A program and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Seconds, after which it is stopped and has failed. Default 30. */
  readonly timeLimit: number;
}

/** An address that the message is posted to as JSON. Its URL, and what it is signed with, are secrets. */
export interface WebhookTarget {
  readonly type: 'webhook';
  /** The part of the URL that is shown: `https://hooks.example.com`. */
  readonly origin: string;
  readonly signed: boolean;
  /** It may be without TLS on another machine. */
  readonly plain: boolean;
}

/** A message by e-mail. The password is a secret. */
export interface EmailTarget {
  readonly type: 'email';
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte. `starttls`: before anything is said. `none`: not at all, which has to be allowed on another machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly plain: boolean;
}

/** An address that is asked for after each run, so that somebody notices when that stops. The URL is a secret. */
export interface PingTarget {
  readonly type: 'ping';
  readonly origin: string;
  readonly method: 'GET' | 'POST';
  /** Also asks for `URL/start` when a run begins. Default false. */
  readonly start: boolean;
  /** Asks for `URL/fail` after a run that failed or is partial. Default true; without it, only good runs are told. */
  readonly fail: boolean;
  /** It may be without TLS on another machine. */
  readonly plain: boolean;
}

export type NotificationTarget = CommandTarget | WebhookTarget | EmailTarget | PingTarget;

/** A way in which somebody is told, as `config.json` keeps it: no secrets. */
export interface Notification {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly title: string;
  /** Nothing is told while it is false. */
  readonly enabled: boolean;
  readonly target: NotificationTarget;
  /** A ping is told of runs alone. */
  readonly topics: Topics;
  /** The ids of the jobs that it is told of; absent: of all. What is of no job is told to all. */
  readonly jobs?: readonly string[];
  /** Messages say all, also what may hold the names of files and folders. Default false. */
  readonly details: boolean;
  /** A file with certificates (PEM) of authorities that are trusted beside those of the system. */
  readonly caFile?: string;
}

/** How the delivery of a notification goes. */
export interface DeliveryState {
  /** How many things wait to be told. */
  readonly waiting: number;
  /** When something was last sent. ISO 8601 in UTC, as the others. */
  readonly sentAt?: string;
  /** Why the last try failed; absent after one that did not. */
  readonly error?: { readonly at: string; readonly message: string };
  /** When it is tried next. */
  readonly nextAttempt?: string;
  /** How many things were never told: there was no room for them, or they could not be sent for too long. */
  readonly lost: number;
}

export interface NotificationStatus extends Notification {
  readonly delivery: DeliveryState;
}

/** The secrets of a notification: none is ever given out. */
export interface NotificationSecrets {
  /** Of a webhook or ping. */
  readonly url?: string;
  /** What the messages of a webhook are signed with; an empty one takes it away. */
  readonly signingSecret?: string;
  /** Of an e-mail account; an empty one takes it away. */
  readonly password?: string;
}

/** Where a notification goes, as it is given: of {@link NotificationTarget} what its type has, and its secrets. */
export interface TargetSettings extends NotificationSecrets {
  readonly command?: readonly string[];
  readonly timeLimit?: number;
  readonly host?: string;
  /** Default 465 for `tls`, else 587, or 25 without. */
  readonly port?: number;
  /** Default `starttls`. */
  readonly security?: EmailTarget['security'];
  /** Default: nobody logs in. */
  readonly user?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly method?: PingTarget['method'];
  readonly start?: boolean;
  readonly fail?: boolean;
  /** Allows an address without TLS on another machine. */
  readonly plain?: boolean;
}

export interface NewNotification {
  readonly type: NotificationTarget['type'];
  readonly settings: TargetSettings;
  /** Default after its type. */
  readonly title?: string;
  /** Default true. */
  readonly enabled?: boolean;
  readonly topics?: Partial<Topics>;
  /** Ids or titles of jobs. */
  readonly jobs?: readonly string[];
  readonly details?: boolean;
  readonly caFile?: string;
}

/** What is not given stays as it is; `null` takes away what can be absent. */
export type NotificationChanges = Omit<Partial<NewNotification>, 'type' | 'jobs' | 'caFile'> & {
  readonly jobs?: readonly string[] | null;
  readonly caFile?: string | null;
};
