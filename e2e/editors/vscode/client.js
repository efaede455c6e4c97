// Edits the files of a folder with VS Code's own library for language servers, and prints
// what it gets: node client.js COREFILE FOLDER.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const lsp = require("vscode-languageserver-protocol/node");

const [binary, folder] = process.argv.slice(2);
const server = spawn(binary, ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = lsp.createProtocolConnection(
  new lsp.StreamMessageReader(server.stdout),
  new lsp.StreamMessageWriter(server.stdin),
);

const waiting = new Map(); // who waits for the diagnostics of a document, by its URI
const watched = new Promise((resolve) => connection.onRequest(lsp.RegistrationRequest.type, (p) => resolve(p.registrations)));
connection.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => waiting.get(p.uri)?.(p.diagnostics));
connection.listen();

const uriOf = (name) => pathToFileURL(join(folder, name)).href;
const diagnosticsOf = (uri) => new Promise((resolve) => waiting.set(uri, resolve));
const placeOf = (r) => `${r.start.line}:${r.start.character}-${r.end.line}:${r.end.character}`;

// edited returns a text after edits, the last of which stands first.
function edited(text, edits) {
  const lines = text.split("\n");
  const offset = (p) => lines.slice(0, p.line).join("\n").length + (p.line > 0 ? 1 : 0) + p.character;
  return edits.reduce((t, e) => t.slice(0, offset(e.range.start)) + e.newText + t.slice(offset(e.range.end)), text);
}

async function open(name) {
  const uri = uriOf(name);
  const text = readFileSync(join(folder, name), "utf8");
  const published = diagnosticsOf(uri);
  connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: name.endsWith(".yaml") ? "yaml" : "corefile", version: 1, text },
  });
  const diagnostics = await published;
  for (const d of diagnostics) console.log(`${name}: ${placeOf(d.range)} ${d.code}: ${d.message}`);
  return { uri, text, diagnostics, textDocument: { uri } };
}

async function main() {
  const { capabilities, serverInfo } = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {
      general: { positionEncodings: [lsp.PositionEncodingKind.UTF16] },
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: { hover: { contentFormat: [lsp.MarkupKind.Markdown] }, publishDiagnostics: {} },
    },
  });
  connection.sendNotification(lsp.InitializedNotification.type, {});
  console.log(`server: ${serverInfo.name}, ${capabilities.positionEncoding}`);

  for (const r of await watched) console.log(`${r.method}: ${r.registerOptions.watchers.map((w) => w.globPattern).join(" ")}`);

  const file = await open("extra.yaml");
  const at = file.diagnostics[0].range;
  const [action] = await connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: file.textDocument, range: at, context: { diagnostics: file.diagnostics },
  });
  console.log(`action: ${action.title}`);
  const text = edited(file.text, action.edit.changes[file.uri]);
  const cleared = diagnosticsOf(file.uri);
  connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: file.uri, version: 2 }, contentChanges: [{ text }],
  });
  console.log(`problems after it: ${(await cleared).length}`);

  const position = { line: at.start.line, character: at.start.character + 2 };
  const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument: file.textDocument, position });
  console.log(`hover: ${hover.contents.value.split("\n")[0]}`);
  const { items } = await connection.sendRequest(lsp.CompletionRequest.type, { textDocument: file.textDocument, position });
  console.log(`completion: ${items.map((i) => i.label).filter((l) => l.startsWith("ca")).join(" ")}`);
  const lines = text.split("\n");
  const imported = lines.findIndex((l) => l.endsWith("import shared"));
  const snippet = { textDocument: file.textDocument, position: { line: imported, character: lines[imported].length } };
  const [declared] = await connection.sendRequest(lsp.DefinitionRequest.type, snippet);
  console.log(`snippet: ${placeOf(declared.range)}`);
  const renamed = await connection.sendRequest(lsp.RenameRequest.type, { ...snippet, newName: "common" });
  for (const e of renamed.changes[file.uri]) console.log(`renamed: ${placeOf(e.range)} ${e.newText}`);
  const edits = await connection.sendRequest(lsp.DocumentFormattingRequest.type, {
    textDocument: file.textDocument, options: { tabSize: 4, insertSpaces: true },
  });
  console.log(`formatted:\n${edited(text, edits)}`);

  const beside = join(folder, "beside.yaml"); // another program writes it
  const noticed = diagnosticsOf(file.uri);
  writeFileSync(beside, file.text.replace("dns-extra-configs", "coredns-extra-configs").replace("cahce", "cache"));
  connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
    changes: [{ uri: pathToFileURL(beside).href, type: lsp.FileChangeType.Created }],
  });
  console.log(`with beside.yaml: ${(await noticed).map((d) => d.code).join(" ")}`);

  const source = new lsp.CancellationTokenSource();
  const cancelled = connection.sendRequest(lsp.HoverRequest.type, { textDocument: file.textDocument, position }, source.token);
  source.cancel();
  const answer = await cancelled.then(() => "answered", (e) => (e.code === lsp.LSPErrorCodes.RequestCancelled ? "cancelled" : e));
  if (answer !== "answered" && answer !== "cancelled") throw answer; // which of the two is chance

  await connection.sendRequest(lsp.ShutdownRequest.type);
  const ended = new Promise((resolve) => server.on("exit", resolve));
  connection.sendNotification(lsp.ExitNotification.type);
  console.log(`exit code: ${await ended}`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
