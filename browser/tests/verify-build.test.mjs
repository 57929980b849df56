// The committed scripts are what their sources give, and the one-file verifier may run nothing else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const asset = (name) => readFileSync(new URL(`../../publisher/assets/${name}`, import.meta.url));

test("what is committed is what the sources give", (t) => {
  execFileSync(process.execPath, ["build.mjs", "--check"], { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "pipe" });
  for (const name of ["results.js", "verify.js", "verifier.html"]) t.diagnostic(`${name}: ${asset(name).length} bytes, ${gzipSync(asset(name), { level: 9 }).length} compressed`);
});

test("the one-file verifier names the hashes of its only script and its only style", () => {
  const html = asset("verifier.html").toString();
  for (const [element, rule] of [["script", "script-src"], ["style", "style-src"]]) {
    const all = [...html.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, "g"))];
    assert.equal(all.length, 1, element);
    const hash = createHash("sha256").update(all[0][1]).digest("base64");
    assert.ok(html.includes(`${rule} 'sha256-${hash}';`), element);
  }
  assert.ok(html.includes("default-src 'none'") && !/unsafe|src="|href="http/.test(html.split("<style>")[0]));
});

test("the page of results carries no curve, so that it is light", () => {
  const script = asset("results.js").toString();
  assert.ok(!script.includes("BLS_SIG_BLS12381G1") && !script.includes("cosignature/v1"));
});
