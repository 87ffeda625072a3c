import { createHmac } from 'node:crypto';
import { sendHttp } from './http-request.js';
import { documentOf, type Message } from './message.js';
import type { NotificationSecrets } from './notification.js';

/** With what a message is sent, beside the target. */
export interface SendOptions {
  readonly secrets: NotificationSecrets;
  /** Certificates (PEM) that are trusted beside those of the system. */
  readonly ca?: readonly string[];
  readonly signal: AbortSignal;
}

/** The header of a signed message: `t=<seconds since 1970>,v1=<hexadecimal>`. */
export const signatureHeader = 'holdfast-signature';

export async function sendWebhook(message: Message, { secrets: { url, signingSecret }, ca, signal }: SendOptions): Promise<void> {
  if (url === undefined) throw new Error('its URL is not in the secret store any more');
  const body = JSON.stringify(documentOf(message));
  const signature =
    signingSecret === undefined ? {} : { [signatureHeader]: signBody(body, signingSecret, Math.floor(Date.parse(message.at) / 1000)) };
  await sendHttp({ url, method: 'POST', headers: { 'content-type': 'application/json', ...signature }, body, ...(ca && { ca }), signal });
}

/** The time is signed with it, so that an old message can't be sent once more as a new one. */
export function signBody(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
