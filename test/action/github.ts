import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

/** A fake of the part of GitHub's API that the action uses, for pull request 7 of `team/agent`. */
export interface GitHub {
  readonly address: string;
  readonly comments: Comment[];
  labels: string[];
  /** False, as for pull requests from forks, if comments cannot be written. */
  mayWrite: boolean;
  /** Such as "POST issues/7/comments". */
  readonly requests: string[];
  close(): Promise<void>;
}

export const TOKEN = 'token-of-the-job';

export async function startGitHub(): Promise<GitHub> {
  const server = createServer((request, response) => {
    void body(request).then((text) => {
      const { status, answer } = handle(request, text);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const github: GitHub = {
    address: `http://127.0.0.1:${port}`,
    comments: [],
    labels: [],
    mayWrite: true,
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };

  function handle(request: IncomingMessage, text: string): { readonly status: number; readonly answer: unknown } {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', github.address);
    const path = url.pathname.replace('/repos/team/agent/', '');
    github.requests.push(`${method} ${path}`);
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, answer: { message: 'Bad credentials' } };
    if (method === 'GET' && path === 'issues/7/labels')
      return { status: 200, answer: github.labels.map((name) => ({ name })) };
    if (method === 'GET' && path === 'issues/7/comments') {
      const size = Number(url.searchParams.get('per_page'));
      const from = (Number(url.searchParams.get('page')) - 1) * size;
      return { status: 200, answer: github.comments.slice(from, from + size) };
    }
    if (!github.mayWrite) return { status: 403, answer: { message: 'Resource not accessible by integration' } };
    const { body: written } = JSON.parse(text) as { body: string };
    // https://docs.github.com/en/rest/issues/comments
    if (written.length > 65_536) return { status: 422, answer: { message: 'body is too long' } };
    if (method === 'POST' && path === 'issues/7/comments') {
      const comment: Comment = {
        id: github.comments.length + 1,
        body: written,
        user: { login: 'github-actions[bot]', type: 'Bot' },
      };
      github.comments.push(comment);
      return { status: 201, answer: comment };
    }
    const known = github.comments.find(({ id }) => `issues/comments/${id}` === path);
    if (method !== 'PATCH' || known === undefined) return { status: 404, answer: { message: 'Not Found' } };
    known.body = written;
    return { status: 200, answer: known };
  }
  return github;
}

async function body(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
