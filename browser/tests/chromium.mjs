// Debian's Chromium for tests, a phone in it, and a server of files for pages that no program serves yet.

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const PROGRAM = process.env.JEBI_CHROMIUM ?? "/usr/bin/chromium";
const ARGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Why there is no browser here; false if there is one. */
export const noBrowser = existsSync(PROGRAM) ? false : `no ${PROGRAM}; JEBI_CHROMIUM names another`;

export const launch = () => chromium.launch({ executablePath: PROGRAM, args: ARGS.split(" ") });

/** A page as on a phone. @param {import("playwright-core").Browser} browser @param {import("playwright-core").BrowserContextOptions} [options] */
export async function openPhone(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

const TYPES = { js: "text/javascript", css: "text/css", html: "text/html; charset=utf-8" };

/** Serves files (a map from paths to bytes or texts) on loopback; `headers` go with each. */
export async function serve(files, headers = {}) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1);
    const content = files.get(path);
    response.writeHead(content === undefined ? 404 : 200, { "content-type": TYPES[path.split(".").at(-1)] ?? "application/octet-stream", ...headers });
    response.end(content);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, asked, close };
}
