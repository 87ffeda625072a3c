import { sendHttp } from './http-request.js';
import type { News } from './news.js';
import type { PingTarget } from './notification.js';
import type { SendOptions } from './send-webhook.js';

/** Asks for the URL after a good run, for `URL/fail` after another one, for `URL/start` when one begins. A test counts as a good one. */
export async function sendPing({ method }: PingTarget, news: News, { secrets: { url }, ca, signal }: SendOptions): Promise<void> {
  if (url === undefined) throw new Error('its URL is not in the secret store any more');
  const body = method === 'POST' ? { body: [news.title, news.text].filter((line) => line !== '').join('\n') } : {};
  const headers: Record<string, string> = method === 'POST' ? { 'content-type': 'text/plain; charset=utf-8' } : {};
  await sendHttp({ url: pingUrl(url, news), method, headers, ...body, ...(ca && { ca }), signal });
}

function pingUrl(url: string, { kind, severity }: Pick<News, 'kind' | 'severity'>): string {
  const suffix = kind === 'run-started' ? '/start' : kind === 'run-ended' && severity !== 'info' ? '/fail' : '';
  const parsed = new URL(url);
  if (suffix !== '') parsed.pathname = `${parsed.pathname.replace(/\/$/, '')}${suffix}`;
  return parsed.href;
}
