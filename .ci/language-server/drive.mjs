// Drives a real YAML language server over standard input and output, as an editor does, with the
// committed JSON Schema: what is offered, what is actual on hover, and where a wrong word is marked.
//
// node drive.mjs <folder of yaml-language-server> <schema>
import { spawn } from "node:child_process";
import { readFileSync, mkdtempSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [server, schemaPath] = process.argv.slice(2).map((path) => resolve(path));
const schema = JSON.parse(readFileSync(schemaPath, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "custody-editor-"));
const child = spawn(process.execPath, [join(server, "bin/yaml-language-server"), "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});

// The protocol: JSON messages, each with its length before it.
let buffer = Buffer.alloc(0);
let last = 0;
const waiting = new Map();
const diagnostics = new Map();
const listeners = [];
const send = (message) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const request = (method, params) =>
  new Promise((done) => {
    const id = ++last;
    waiting.set(id, done);
    send({ id, method, params });
  });
const settings = {
  yaml: { schemas: {}, validate: true, hover: true, completion: true, schemaStore: { enable: false } },
};
child.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString("ascii", 0, end))[1]);
    if (buffer.length < end + 4 + length) return;
    receive(JSON.parse(buffer.toString("utf8", end + 4, end + 4 + length)));
    buffer = buffer.subarray(end + 4 + length);
  }
});
function receive(message) {
  if (message.method && message.id !== undefined) {
    // What the server asks of an editor.
    const configuration = () => message.params.items.map((item) => settings[item.section] ?? null);
    send({ id: message.id, result: message.method === "workspace/configuration" ? configuration() : null });
  } else if (message.method === "textDocument/publishDiagnostics") {
    diagnostics.set(message.params.uri, message.params.diagnostics);
    listeners.splice(0).forEach((wake) => wake());
  } else if (message.id !== undefined) {
    waiting.get(message.id)?.(message.error ? { error: message.error } : message.result);
    waiting.delete(message.id);
  }
}

let failures = 0;
function expect(what, is, found) {
  console.log(`${is ? "ok  " : "FAIL"} ${what}`);
  if (!is) {
    failures += 1;
    console.log(`     found: ${JSON.stringify(found)?.slice(0, 600)}`);
  }
}
const text = (documentation) => documentation?.value ?? documentation ?? "";
const squeeze = (words) => words.replace(/\s+/g, " ").trim();

let number = 0;
// Opens a document. `‸` marks the place of the cursor and is taken out.
function open(marked) {
  const before = marked.split("‸")[0];
  const position = { line: before.split("\n").length - 1, character: before.split("\n").pop().length };
  const path = join(folder, `assessment-${++number}.yaml`);
  writeFileSync(path, marked.replace("‸", ""));
  const uri = pathToFileURL(path).href;
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "yaml", version: 1, text: marked.replace("‸", "") } },
  });
  return { textDocument: { uri }, position };
}
async function diagnosed({ textDocument: { uri } }) {
  while (!diagnostics.has(uri)) await new Promise((wake) => listeners.push(wake));
  return diagnostics.get(uri);
}
async function offered(place) {
  const result = await request("textDocument/completion", place);
  return result?.items ?? result ?? [];
}

const HEAD = `# yaml-language-server: $schema=${pathToFileURL(schemaPath).href}
assessment: mine
title: Mine
custodian: { name: Example }
period: { from: 2026-01-01, to: 2026-12-31 }
wallets:
  vault: { tier: cold, traits: [hardware-wallet] }
`;

async function drive() {
  await request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown", "plaintext"] } },
        hover: { contentFormat: ["markdown", "plaintext"] },
        publishDiagnostics: {},
      },
      workspace: { configuration: true },
    },
  });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings } });

  // Editors take a line break for the end of a paragraph.
  const broken = [];
  JSON.stringify(schema, (key, value) => {
    if (key === "description" && /[^\n]\n[^\n]|```/.test(value)) broken.push(value);
    return value;
  });
  expect("descriptions are whole paragraphs of prose", broken.length === 0, broken);

  // The seven words of a status, each with what it means.
  const words = schema.definitions.Status.oneOf;
  const statuses = await offered(open(`${HEAD}claims:\n  9.3.7.3-a:\n    status: ‸\n`));
  expect("`status:` offers the seven words", words.length === 7 &&
    words.every((word) => statuses.some((item) => item.label === word.const)), statuses.map((item) => item.label));
  for (const word of words) {
    const item = statuses.find((item) => item.label === word.const);
    expect(`  ${word.const}: ${squeeze(word.description)}`,
      squeeze(text(item?.documentation)).includes(squeeze(word.description)), item);
  }
  const extra = statuses.filter((item) => !words.some((word) => word.const === item.label));
  expect("  and nothing else", extra.length === 0, extra.map((item) => item.label));

  // The controls of the catalogue as keys of `claims`.
  const ids = Object.keys(schema.properties.claims.properties);
  const keys = await offered(open(`${HEAD}claims:\n  ‸\n`));
  const labels = new Set(keys.map((item) => item.label));
  expect(`\`claims:\` offers all ${ids.length} controls`, ids.length > 100 && ids.every((id) => labels.has(id)),
    ids.filter((id) => !labels.has(id)).slice(0, 5));
  const control = schema.properties.claims.properties["9.3.7.3-a"];
  const statement = squeeze(control.description.split("\n\n")[0]);
  const offer = keys.find((item) => item.label === "9.3.7.3-a");
  expect("  9.3.7.3-a with its text", squeeze(text(offer?.documentation)).includes(statement), offer);

  // Only what a claim has may stand in it.
  const parts = await offered(open(`${HEAD}claims:\n  9.3.7.3-a:\n    ‸\n`));
  expect("a claim offers its keys", ["status", "evidence", "missing", "wallets"].every((key) =>
    parts.some((item) => item.label === key)), parts.map((item) => item.label));
  const traits = await offered(open(`${HEAD.replace("[hardware-wallet]", "[‸]")}claims: {}\n`));
  expect("`traits: [` offers traits", ["hsm", "multisig", "backed-up"].every((key) =>
    traits.some((item) => item.label === key)), traits.map((item) => item.label));

  // The statement of a control is shown where its id is written.
  const hover = await request("textDocument/hover",
    open(`${HEAD}claims:\n  9.3‸.7.3-a: { status: implemented }\n`));
  const actual = squeeze(text(hover?.contents)).replaceAll("\\", "");
  expect(`hover over 9.3.7.3-a shows: ${statement}`, actual.includes(statement) && actual.includes(control.title), hover);
  const meaning = await request("textDocument/hover",
    open(`${HEAD}claims:\n  9.3.7.3-a: { status: par‸tial, missing: All }\n`));
  expect("hover over `partial` shows its meaning",
    squeeze(text(meaning?.contents)).includes("Partly in place"), meaning);

  // A valid document has no marks, and each error is marked at its location.
  const none = await diagnosed(open(readFileSync(join(schemaPath, "../../examples/small-firm.yaml"), "utf8")
    .replace(/^/, HEAD.split("\n")[0] + "\n")));
  expect("an example has no marks", none.length === 0, none);
  for (const [what, wrong, line, word] of [
    ["a wrong word", "  9.3.7.3-a:\n    status: implementd\n", 2, "implemented"],
    ["an unknown key", "  9.3.7.3-a:\n    status: implemented\n    evidnce: []\n", 3, "evidnce"],
    ["an unknown control", "  9.3.7.33-a:\n", 1, "9.3.7.33-a"],
    ["a date that is none", "  9.3.7.3-a:\n    status: planned\n    due: soon\n    owner: lead\n", 3, "date"],
  ]) {
    const marks = await diagnosed(open(`${HEAD}claims:\n${wrong}`));
    const at = HEAD.split("\n").length - 1 + line;
    expect(`${what} is marked on its line, ${at + 1}`, marks.length > 0 && marks.every((mark) =>
      mark.range.start.line === at) && marks.some((mark) => mark.message.includes(word)), marks);
    console.log(`     shows: ${marks.map((mark) => mark.message.split("\n")[0]).join(" | ").slice(0, 200)}`);
  }
}

const late = setTimeout(() => {
  console.error("FAIL the language server did not answer within a minute");
  finish(1);
}, 60_000);
function finish(code) {
  clearTimeout(late);
  child.removeAllListeners("exit");
  child.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
child.on("exit", (code) => {
  console.error(`FAIL the language server ended with ${code}`);
  finish(1);
});
drive().then(
  () => {
    console.log(failures ? `${failures} failed` : "the schema works in an editor");
    finish(failures ? 1 : 0);
  },
  (error) => {
    console.error(error);
    finish(1);
  },
);
