package playground_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"corewarden/e2e/playground"
	"corewarden/playground/page"
)

// requireEnv makes the tests fail, with "require", where there is no Chromium: else they skip.
const requireEnv = "COREWARDEN_CHROMIUM"

// mostCompressed is how large the page may be for someone who loads it, in bytes.
const mostCompressed = 5_000_000

var screenshots = flag.String("screenshots", "", "`folder` for pictures of the page")

// A tab is a browser with the page in it.
type tab struct {
	*testing.T
	*playground.Chromium
}

// TestPage goes through the page as its users do.
func TestPage(t *testing.T) {
	t.Parallel()
	path, err := playground.Find()
	if err != nil {
		if os.Getenv(requireEnv) == "require" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	text, err := page.Build(t.Context(), "../..", "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "playground.html")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	whole := context.WithoutCancel(t.Context()) // the test's own is cancelled before its clean-up
	chromium, err := playground.Start(whole, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := chromium.Stop(whole); err != nil {
			t.Error(err)
		}
	})
	b := tab{t, chromium}
	for _, domain := range []string{"Network", "Runtime", "Log", "Page", "Accessibility"} {
		b.call(domain+".enable", nil, nil)
	}
	address := (&url.URL{Scheme: "file", Path: file}).String()
	b.call("Page.navigate", map[string]any{"url": address}, nil)
	b.settle()

	t.Run("it is small", func(t *testing.T) { small(t, text) })
	t.Run("it shows the problems of the example", b.on(tab.example))
	t.Run("it shows what is pasted", b.on(tab.pasted))
	t.Run("it judges for a platform", b.on(tab.platform))
	t.Run("it leads to places", b.on(tab.places))
	t.Run("it fits a phone", b.on(tab.phone))
	t.Run("it is dark where that is wished", b.on(tab.dark))
	t.Run("everything in it has a name", b.on(tab.named))
	t.Run("nothing went wrong and nothing was requested", func(t *testing.T) { tab{t, chromium}.quiet(address) })
	t.Run("nothing can leave it", b.on(tab.closed))
}

// on returns a test on the same page.
func (b tab) on(test func(tab)) func(*testing.T) {
	return func(t *testing.T) { test(tab{t, b.Chromium}) }
}

func small(t *testing.T, text []byte) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d with gzip -9", len(text), packed.Len())
	if packed.Len() > mostCompressed {
		t.Errorf("%d bytes with gzip -9, want %d at most", packed.Len(), mostCompressed)
	}
}

func (b tab) example() {
	b.shows("verdict", "1 error and 1 warning. CoreDNS 1.15.0 would not start.")
	b.shows("problems", "line 2, column 5", `unknown plugin "forwrad"; did you mean "forward"?`, "unknown-plugin", "line 3, column 11", "silent-zone")
	b.shows("trace", "CoreDNS 1.15.0 does not start")
	b.screenshot("example")
}

func (b tab) pasted() {
	b.set("text", "shop.example {\n    forward . 10.0.0.53\n}\n")
	b.shows("verdict", "No problems: CoreDNS 1.15.0 would start.")
	b.shows("trace", "A www.shop.example., asked of coredns", "your text:2", "the answer of 10.0.0.53")
}

func (b tab) platform() {
	b.set("platform", "metakube")
	b.set("text", "# Ünïcödé, a line of 2 bytes a letter\n.:53 {\n    acl\n}\n")
	b.shows("verdict", "CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7) would not start")
	b.shows("problems", "line 2, column 1", "is already served in ConfigMap coredns, key Corefile")
	b.shows("trace", "does not start: your text:2:1:")
	b.set("text", "")
	b.set("name", "kubernetes.default.svc.cluster.local")
	b.shows("trace", "asked of node-local-dns", "node-local-dns/Corefile:11", "coredns/Corefile:8")
	b.screenshot("trace")
}

func (b tab) places() {
	b.set("platform", "whole")
	b.set("text", "a.example {\n    log \"ünï🐝\" bogus..name\n    nosuch x\n}\n")
	var selected string
	b.evaluate(`document.querySelector("#problems .error button").click();
		const area = document.activeElement; area.value.slice(area.selectionStart, area.selectionEnd)`, &selected)
	if selected != "nosuch" {
		b.Errorf("the place leads to %q", selected)
	}
}

func (b tab) phone() {
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true}, nil)
	defer b.call("Emulation.clearDeviceMetricsOverride", nil, nil)
	var width, smallest int
	b.evaluate(`document.documentElement.scrollWidth`, &width)
	if width > 360 {
		b.Errorf("the page is %d pixels wide on a phone of 360", width)
	}
	b.evaluate(`Math.min(...[...document.querySelectorAll("select, input")].filter((e) => e.offsetParent).map((e) => e.offsetHeight))`, &smallest)
	if smallest < 40 {
		b.Errorf("a control is %d pixels high, too little for a finger", smallest)
	}
	b.screenshot("phone")
}

func (b tab) dark() {
	var colours [2]string
	for i, scheme := range []string{"light", "dark"} {
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		b.evaluate(`getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(document.body).color`, &colours[i])
	}
	if colours[0] == colours[1] {
		b.Errorf("%s, light or dark", colours[0])
	}
	b.screenshot("dark")
}

// screenshot writes a picture of the whole page, if that is asked for.
func (b tab) screenshot(name string) {
	b.Helper()
	if *screenshots == "" {
		return
	}
	var picture struct{ Data []byte }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &picture)
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture.Data, 0o600); err != nil {
		b.Fatal(err)
	}
}

// named asks what a screen reader would read.
func (b tab) named() {
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name struct{ Value string }
		}
	}
	b.call("Accessibility.getFullAXTree", nil, &tree)
	controls := 0
	for _, node := range tree.Nodes {
		if node.Ignored || !slices.Contains([]string{"button", "combobox", "textbox", "DisclosureTriangle", "region", "status"}, node.Role.Value) {
			continue
		}
		controls++
		if node.Name.Value == "" && node.Role.Value != "status" {
			b.Errorf("a %s has no name", node.Role.Value)
		}
	}
	if controls < 10 {
		b.Errorf("only %d controls", controls)
	}
}

// quiet looks at all that has happened.
func (b tab) quiet(address string) {
	var requested []string
	for _, e := range b.Events("Network.requestWillBeSent") {
		var sent struct{ Request struct{ URL string } }
		if err := json.Unmarshal(e.Params, &sent); err != nil {
			b.Fatal(err)
		}
		requested = append(requested, sent.Request.URL)
	}
	if !slices.Equal(requested, []string{address}) {
		b.Errorf("requested was %q, want the page alone", requested)
	}
	for _, e := range b.Events("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded") {
		b.Errorf("%s: %s", e.Method, e.Params)
	}
}

// closed tries to send something from the page to a server.
func (b tab) closed() {
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer server.Close()
	var blocked []string
	b.evaluate(fmt.Sprintf(`(async () => {
		const blocked = [];
		document.addEventListener("securitypolicyviolation", (e) => blocked.push(e.effectiveDirective));
		await fetch(%[1]q).catch(() => {});
		navigator.sendBeacon(%[1]q);
		document.body.append(Object.assign(new Image(), {src: %[1]q}));
		document.head.append(Object.assign(document.createElement("script"), {src: %[1]q}));
		document.head.append(Object.assign(document.createElement("script"), {textContent: "fetch(1)"}));
		await new Promise((done) => setTimeout(done, 300));
		return blocked.sort();
	})()`, server.URL), &blocked)
	if want := []string{"connect-src", "connect-src", "img-src", "script-src-elem", "script-src-elem"}; !slices.Equal(blocked, want) {
		b.Errorf("blocked was %q, want %q", blocked, want)
	}
	if n := hits.Load(); n > 0 {
		b.Errorf("the page has reached a server %d times", n)
	}
}

func (b tab) call(method string, params, result any) {
	b.Helper()
	if err := b.Call(b.Context(), method, params, result); err != nil {
		b.Fatal(err)
	}
}

func (b tab) evaluate(script string, value any) {
	b.Helper()
	if err := b.Evaluate(b.Context(), script, value); err != nil {
		b.Fatal(err)
	}
}

// set gives a control a value, as a person would.
func (b tab) set(id, value string) {
	b.Helper()
	b.evaluate(fmt.Sprintf(`{
		const control = document.getElementById(%q);
		control.value = %q;
		control.dispatchEvent(new Event("input", {bubbles: true}));
	}`, id, value), nil)
	b.settle()
}

// settle waits until the page shows what it makes of its controls.
func (b tab) settle() {
	b.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var settled bool
		b.evaluate(`document.getElementById("results")?.ariaBusy === "false"`, &settled)
		if settled {
			return
		}
		if time.Now().After(end) {
			var text string
			b.evaluate("document.body.innerText", &text)
			b.Fatalf("the page is still busy:\n%s", text)
		}
	}
}

// shows looks for words in an element of the page, in their order.
func (b tab) shows(id string, words ...string) {
	b.Helper()
	var whole string
	b.evaluate(fmt.Sprintf(`document.getElementById(%q).innerText`, id), &whole)
	rest := whole
	for _, want := range words {
		_, after, found := strings.Cut(rest, want)
		if !found {
			b.Errorf("%s shows no %q in its place:\n%s", id, want, whole)
			return
		}
		rest = after
	}
}
