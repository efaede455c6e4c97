"use strict";

(async () => {
  const element = (id) => document.getElementById(id);
  const text = element("text"), gutter = element("gutter"), verdict = element("verdict"), results = element("results");
  const releases = { "coredns": element("coredns"), "node-local-dns": element("node-local-dns") };
  const bases = [...document.querySelectorAll("[data-base]")];
  const platforms = JSON.parse(element("platforms").textContent);
  const platform = () => platforms.find((p) => p.id === element("platform").value);

  // make returns an element with a class and children.
  const make = (tag, className, ...children) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  // start returns the checker, which is a function from JSON to JSON.
  const start = async () => {
    const packed = Uint8Array.from(atob(element("checker").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const code = await new Response(stream).arrayBuffer();
    const go = new Go();
    const { instance } = await WebAssembly.instantiate(code, go.importObject);
    go.run(instance); // until the page is closed
    return globalThis.corewarden;
  };

  // select marks characters of a line of a text, from 1, and shows them.
  const select = (area, line, column = 1, endColumn = 0) => {
    area.closest("details")?.setAttribute("open", "");
    const lines = area.value.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    const runes = Array.from(lines[line - 1] ?? "");
    const upTo = (n) => before + runes.slice(0, n - 1).join("").length;
    area.focus({ preventScroll: true });
    area.setSelectionRange(upTo(column), upTo(endColumn || runes.length + 1));
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 1) * height - area.clientHeight / 3);
    area.scrollIntoView({ block: "nearest" });
  };

  // place returns a button that leads to a place.
  const place = (label, ...where) => {
    const button = make("button", "place", label);
    button.type = "button";
    button.addEventListener("click", () => select(...where));
    return button;
  };

  const showPlatform = () => {
    const p = platform();
    element("platform-note").textContent = p.note;
    for (const area of bases) {
      area.value = p.bases[area.dataset.base] ?? "";
      element("base-" + area.dataset.base).hidden = !area.value;
    }
    const alone = Object.keys(p.bases).length === 0;
    element("bases").hidden = alone;
    for (const [server, release] of Object.entries(releases)) {
      const there = alone || server in p.bases;
      release.disabled = !there;
      if (!there || alone && server === "node-local-dns") release.value = "";
      else if (!release.value) release.selectedIndex = 0;
    }
  };

  // showFrom offers the servers that can be asked: pods ask node-local-dns where there is one.
  const showFrom = () => {
    const from = element("from");
    const servers = ["node-local-dns", "coredns"].filter((s) => releases[s].value);
    if (servers.join() === from.dataset.servers) return;
    from.dataset.servers = servers.join();
    from.replaceChildren(...servers.map((s) => make("option", "", s)));
  };

  const showGutter = (problems) => {
    const worst = new Map();
    for (const p of problems) if (worst.get(p.line) !== "error") worst.set(p.line, p.severity);
    const numbers = text.value.split("\n").map((_, i) => make("span", worst.get(i + 1), String(i + 1)));
    gutter.replaceChildren(make("div", "numbers", ...numbers));
    scrollGutter();
  };

  const scrollGutter = () => gutter.firstChild?.style.setProperty("transform", `translateY(${-text.scrollTop}px)`);

  const excerpt = (p) => {
    const runes = Array.from(text.value.split("\n")[p.line - 1] ?? "");
    const part = (from, to) => runes.slice(from, to).join("");
    const marked = make("mark", "", part(p.column - 1, p.endColumn - 1));
    return make("code", "excerpt", part(0, p.column - 1), marked, part(p.endColumn - 1));
  };

  const showProblem = (p) => {
    const head = make("p", "", make("span", "severity", p.severity === "error" ? "Error" : "Warning"));
    if (p.line) head.append(", ", place(`line ${p.line}, column ${p.column}`, text, p.line, p.column, p.endColumn));
    const item = make("li", p.severity, head, make("p", "", p.message));
    if (p.line) item.append(excerpt(p));
    const affects = !p.server ? "" : p.severity === "error" ? "; stops " + p.server : "; " + p.server;
    item.append(make("details", "", make("summary", "", make("span", "rule", p.rule), affects), make("p", "", p.about)));
    return item;
  };

  const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

  const showVerdict = (told) => {
    const say = (className, words) => {
      verdict.className = "verdict " + className;
      if (verdict.textContent !== words) verdict.textContent = words; // read aloud once
    };
    const of = (severity) => told.problems.filter((p) => p.severity === severity);
    const errors = of("error").length, warnings = of("warning").length;
    const stopped = () => told.servers.filter((s) => of("error").some((p) => !p.server || p.server.includes(s)));
    const found = () => [errors ? count(errors, "error") : [], warnings ? count(warnings, "warning") : []].flat().join(" and ");
    if (told.error) say("error", told.error);
    else if (!told.servers) say("", "Choose a release to check for.");
    else if (errors) say("error", `${found()}. ${stopped().join(" and ")} would not start.`);
    else if (warnings) say("warning", `${found()}. ${told.servers.join(" and ")} would start.`);
    else say("good", `No problems: ${told.servers.join(" and ")} would start.`);
  };

  const showTrace = (lines) => {
    element("trace").replaceChildren(...lines.map((line, i) => {
      const [, words, file, number] = line.match(/^(.*) \((.+):(\d+)\)$/) ?? [, line];
      const item = make("li", i === 0 && lines.length > 1 ? "head" : "", words.trim());
      item.style.setProperty("--depth", words.search(/\S|$/));
      const area = file === "your text" ? text : bases.find((b) => b.dataset.base + "/Corefile" === file);
      if (file) item.append(" ", area ? place(`${file}:${number}`, area, Number(number)) : `${file}:${number}`);
      return item;
    }));
  };

  showPlatform();
  showFrom();
  showGutter([]);
  text.addEventListener("scroll", scrollGutter);
  let corewarden;
  try {
    corewarden = await start();
  } catch (error) {
    verdict.className = "verdict error";
    verdict.textContent = "This browser cannot run the checker: " + error.message;
    return;
  }

  const update = () => {
    showFrom();
    let told;
    try {
      told = JSON.parse(corewarden(JSON.stringify({
        corefile: text.value,
        platform: element("platform").value,
        coredns: releases["coredns"].value,
        nodeLocalDNS: releases["node-local-dns"].value,
        bases: Object.fromEntries(bases.map((area) => [area.dataset.base, area.value])),
        name: element("name").value.trim(),
        type: element("type").value,
        from: element("from").value,
      })));
    } catch {
      told = { error: "The checker has stopped. Reload the page." };
    }
    told.problems ??= [];
    showVerdict(told);
    showGutter(told.problems);
    element("problems").replaceChildren(...told.problems.map(showProblem));
    showTrace(told.trace ?? []);
    results.ariaBusy = "false";
  };
  let waiting;
  document.addEventListener("input", (event) => {
    results.ariaBusy = "true";
    if (event.target.id === "platform") showPlatform();
    clearTimeout(waiting);
    waiting = setTimeout(update, 120);
  });
  update();
})();
