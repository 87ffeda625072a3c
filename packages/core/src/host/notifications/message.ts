import type { News } from './news.js';

/** What is sent at once: one thing, or several that came up since the last message. */
export interface Message {
  readonly instance: { readonly id: string; readonly name: string };
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Of the worst of them. */
  readonly severity: News['severity'];
  /** One line. */
  readonly title: string;
  readonly text: string;
  readonly news: readonly News[];
}

const described = 50;

export function composeMessage(instance: Message['instance'], news: readonly News[], now: Date): Message {
  const severity = (['error', 'warning'] as const).find((rank) => news.some((each) => each.severity === rank)) ?? 'info';
  const [first] = news;
  const title = news.length === 1 && first !== undefined ? first.title : `${news.length} things to know: ${countsOf(news)}`;
  const shown = news.slice(0, described);
  const blocks =
    news.length === 1
      ? [first?.text ?? '']
      : shown.map((each) => [`* ${each.title}`, each.text].filter((line) => line !== '').join('\n  '));
  const rest =
    news.length > shown.length ? [`... and ${news.length - shown.length} more: \`holdfast issues list\`, \`holdfast job runs\`.`] : [];
  return {
    instance: { id: instance.id, name: instance.name },
    at: now.toISOString(),
    severity,
    title,
    text: [...blocks, ...rest].join('\n'),
    news: shown,
  };
}

/** `2 errors, 1 warning, 3 others`. */
function countsOf(news: readonly News[]): string {
  const names = { error: ['error', 'errors'], warning: ['warning', 'warnings'], info: ['other', 'others'] } as const;
  return (['error', 'warning', 'info'] as const)
    .flatMap((severity) => {
      const count = news.filter((each) => each.severity === severity).length;
      return count === 0 ? [] : [`${count} ${names[severity][count === 1 ? 0 : 1]}`];
    })
    .join(', ');
}

/** For programs: stable, documented in docs/monitoring.md. */
export function documentOf({ news, ...message }: Message): Readonly<Record<string, unknown>> {
  return {
    holdfast: 1,
    ...message,
    events: news.map(({ id, kind, at, severity, title, text, data }) => ({ id, type: kind, at, severity, title, text, ...data })),
  };
}
