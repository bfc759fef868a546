import { request } from 'node:http';
import { onTerminal } from './pty.ts';

export interface Said {
  status: number;
  /** The problem's reason; null when there is none. */
  reason: string | null;
  body: unknown;
}

/** One request to a broker, JSON in and out, from this process: a program, and no shell at a terminal. */
export function say(socketPath: string, method: string, target: string, body?: object): Promise<Said> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath, path: target, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const said = JSON.parse(text) as Record<string, unknown>;
        const reason = typeof said['reason'] === 'string' ? said['reason'] : null;
        resolve({ status: response.statusCode ?? 0, reason, body: said });
      });
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The same POST by a person who types curl into a shell at a terminal. @returns the answer's text */
export async function typed(socketPath: string, target: string, body: object | null): Promise<string> {
  const data = body === null ? [] : ['-H', 'content-type: application/json', '--data', JSON.stringify(body)];
  const curl = ['curl', '-q', '-sS', '--noproxy', '*', '--unix-socket', socketPath, '-X', 'POST', ...data];
  const { stdout } = await onTerminal([...curl, `http://localhost${target}`], {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  });
  return stdout;
}
