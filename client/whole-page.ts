import { html, type Html } from './html.ts';
import { STYLE } from './style.ts';

/**
 * @param script its URI
 * @param nonce random; only the script and the style with it are allowed
 */
export function wholePage(title: string, content: Html, script: string, nonce: string): string {
  // `default-src` doesn't cover the last two directives.
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
