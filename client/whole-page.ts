import { html, type Html } from './html.ts';
import { STYLE } from './style.ts';

/**
 * A page of a panel. Nothing runs or is loaded but the one script and the one style that carry the nonce.
 * @param script its address
 * @param nonce that nobody can guess, another one for each page
 */
export function wholePage(title: string, content: Html, script: string, nonce: string): string {
  // The last two are not covered by the first.
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${STYLE}
        </style>
      </head>
      <body>
        <main id="main">${content}</main>
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html>`.markup.trimStart();
}
