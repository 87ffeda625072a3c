import type { Message } from './message.js';
import type { EmailTarget } from './notification.js';
import type { SendOptions } from './send-webhook.js';

const connectMilliseconds = 15_000;
const silenceMilliseconds = 30_000;

/** Sends the message by e-mail. Without TLS it sends nothing, unless that was said or the server is on this machine. */
export async function sendEmail(target: EmailTarget, message: Message, { secrets, ca, signal }: SendOptions): Promise<void> {
  signal.throwIfAborted();
  const { host, port, security, user, from, to } = target;
  if (user !== undefined && secrets.password === undefined) throw new Error('its password is not in the secret store any more');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: secrets.password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca: [...ca] }) },
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    socketTimeout: silenceMilliseconds,
    // A message is text, whatever stands in it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error('it was stopped')), {
      once: true,
    });
  });
  try {
    await Promise.race([
      transport.sendMail({
        from,
        to: [...to],
        subject: `[Holdfast ${message.instance.name}] ${message.title}`,
        text: bodyOf(message),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Holdfast-Severity': message.severity },
      }),
      stopped,
    ]);
  } finally {
    transport.close();
  }
}

function bodyOf({ title, text, instance, at }: Message): string {
  return [title, text, `-- \nHoldfast on ${instance.name}, ${at.slice(0, 16).replace('T', ' ')} UTC`]
    .filter((part) => part !== '')
    .join('\n\n');
}
