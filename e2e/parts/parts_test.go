package parts

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// greeter is a part module that builds in a moment: it needs no package but runtime.
var greeter = map[string]string{
	"go.mod":  "module example.test/greeter\n\ngo 1.26\n\ntool example.test/greeter\n",
	"main.go": "package main\n\nfunc main() { println(\"hello\") }\n",
}

// newBuilder returns a builder with one module in the folder "greeter", and its output.
func newBuilder(t *testing.T, module map[string]string) (*Builder, *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	b := &Builder{Modules: filepath.Join(dir, "modules"), Cache: filepath.Join(dir, "cache")}
	for name, text := range module {
		write(t, filepath.Join(b.Modules, "greeter", name), text, 0o644)
	}
	out := new(bytes.Buffer)
	b.Output = out
	return b, out
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func mustBuild(t *testing.T, b *Builder) string {
	t.Helper()
	binaries, err := b.Build(t.Context(), "greeter")
	if err != nil {
		t.Fatalf("Build: %v", err)
	}
	return binaries["greeter"]
}

// cached returns the names in the builder's cache, without lock files.
func cached(t *testing.T, b *Builder) []string {
	t.Helper()
	entries, err := os.ReadDir(b.Cache)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".lock" {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestBuild(t *testing.T) {
	t.Parallel()

	t.Run("a part is built once and then taken from the cache", func(t *testing.T) {
		t.Parallel()
		b, out := newBuilder(t, greeter)
		first := mustBuild(t, b)
		if said, err := exec.Command(first).CombinedOutput(); err != nil || string(said) != "hello\n" {
			t.Errorf("the binary said %q (error %v), want \"hello\"", said, err)
		}
		if !strings.Contains(out.String(), "greeter: built in ") {
			t.Errorf("the first build reported %q, want that greeter was built", out)
		}
		out.Reset()
		if second := mustBuild(t, b); second != first || out.Len() != 0 {
			t.Errorf("the second call gave %s and reported %q, want %s and no report", second, out, first)
		}
	})

	t.Run("only what is wanted is built, and the rest when it is", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, map[string]string{
			"go.mod":       "module example.test/greeter\n\ngo 1.26\n\ntool (\n\texample.test/greeter/flux\n\texample.test/greeter/helm\n)\n",
			"flux/main.go": greeter["main.go"], "helm/main.go": greeter["main.go"],
		})
		if err := os.Rename(filepath.Join(b.Modules, "greeter"), filepath.Join(b.Modules, Flux.folder())); err != nil {
			t.Fatal(err)
		}
		for _, wanted := range []struct{ parts, there []Part }{
			{[]Part{Helm}, []Part{Helm}},
			{[]Part{Flux, Helm}, []Part{Flux, Helm}},
		} {
			binaries, err := b.Build(t.Context(), wanted.parts...)
			if err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(filepath.Dir(binaries[Helm]))
			if err != nil {
				t.Fatal(err)
			}
			var there []Part
			for _, e := range entries {
				there = append(there, Part(e.Name()))
			}
			if !slices.Equal(there, wanted.there) {
				t.Errorf("after %q was wanted, %q are built", wanted.parts, there)
			}
		}
	})

	t.Run("a binary has no path of this machine in it", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, greeter)
		text, err := os.ReadFile(mustBuild(t, b))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(b.Modules)) {
			t.Errorf("the binary names %s", b.Modules)
		}
	})

	t.Run("callers at the same time share one build", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, greeter)
		type result struct {
			out  *bytes.Buffer
			path string
			err  error
		}
		results := make(chan result)
		const callers = 4
		for range callers {
			own := *b
			out := new(bytes.Buffer)
			own.Output = out
			go func() {
				binaries, err := own.Build(t.Context(), "greeter")
				results <- result{out, binaries["greeter"], err}
			}()
		}
		builds := 0
		for range callers {
			r := <-results
			if r.err != nil || !isExecutable(r.path) {
				t.Errorf("a caller got %q and error %v, want a binary", r.path, r.err)
			}
			builds += strings.Count(r.out.String(), "built in")
		}
		if builds != 1 {
			t.Errorf("%d callers made %d builds, want 1", callers, builds)
		}
	})

	t.Run("what a killed build left is thrown away", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, greeter)
		write(t, filepath.Join(b.Cache, "greeter.unfinished", "half"), "", 0o755)
		want := filepath.Base(filepath.Dir(mustBuild(t, b)))
		if got := cached(t, b); !slices.Equal(got, []string{want}) {
			t.Errorf("the cache holds %q, want only %q", got, want)
		}
	})

	t.Run("a failed build shows why and leaves nothing", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, map[string]string{"go.mod": greeter["go.mod"], "main.go": "package main\n\nfunc main() { oops() }\n"})
		_, err := b.Build(t.Context(), "greeter")
		if err == nil || !strings.Contains(err.Error(), "main.go:3:15: undefined: oops") {
			t.Errorf("error is %v, want the compiler's words", err)
		}
		if got := cached(t, b); len(got) != 0 {
			t.Errorf("the cache holds %q, want nothing", got)
		}
	})

	t.Run("a module without a tool directive is refused", func(t *testing.T) {
		t.Parallel()
		b, _ := newBuilder(t, map[string]string{"go.mod": "module example.test/greeter\n"})
		if _, err := b.Build(t.Context(), "greeter"); err == nil || !strings.Contains(err.Error(), "no tool directive") {
			t.Errorf("error is %v, want one about the missing tool directive", err)
		}
	})

	t.Run("waiting for another build ends with the context", func(t *testing.T) {
		t.Parallel()
		b, out := newBuilder(t, greeter)
		write(t, filepath.Join(b.Cache, "greeter.lock"), "", 0o644)
		unlock, err := b.lock(t.Context(), module{dir: "greeter"})
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = b.lock(ctx, module{dir: "greeter", name: "greeter"})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want that the context was cancelled", err)
		}
		if !strings.Contains(out.String(), "greeter: waiting for another process") {
			t.Errorf("reported %q, want what it waits for", out)
		}
	})
}

func TestBuildPrefersPrebuiltBinaries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		prebuilt string // file in the assets folder
		mode     os.FileMode
		want     bool // the prebuilt one is used
	}{
		{"of the part's name", "greeter", 0o755, true},
		{"but not one of another name", "other", 0o755, false},
		{"but not a file that cannot be run", "greeter", 0o644, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, out := newBuilder(t, greeter)
			b.Assets = t.TempDir()
			write(t, filepath.Join(b.Assets, tt.prebuilt), "#!/bin/true\n", tt.mode)
			path := mustBuild(t, b)
			if used := filepath.Dir(path) == b.Assets; used != tt.want {
				t.Errorf("got %s, want a prebuilt one: %t", path, tt.want)
			}
			if built := out.Len() > 0; built == tt.want {
				t.Errorf("reported %q; built: %t, want %t", out, built, !tt.want)
			}
		})
	}
}

func TestKeyChangesWithWhatIsBuilt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, text string
		want       bool
	}{
		{"go.mod", greeter["go.mod"] + "// Another pin.\n", true},
		{"go.sum", "example.test/other v1.0.0 h1:x\n", true},
		{"main.go", "package main\n\nfunc main() {}\n", true},
		{"second.go", "package main\n", true},
		{"main_test.go", "package main\n", false},
		{"README.md", "Words.\n", false},
		{"../beside/beside.go", "package beside // changed\n", true},
		{"../beside/README.md", "Words.\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			b, _ := newBuilder(t, greeter)
			dir := filepath.Join(b.Modules, "greeter")
			write(t, filepath.Join(dir, "go.mod"), greeter["go.mod"]+"replace example.test/beside => ../beside\n", 0o644)
			write(t, filepath.Join(b.Modules, "beside", "beside.go"), "package beside\n", 0o644)
			key := func() string {
				m, err := readModule(t.Context(), dir)
				if err != nil {
					t.Fatal(err)
				}
				return m.key
			}
			before := key()
			write(t, filepath.Join(dir, tt.file), tt.text, 0o644)
			if after := key(); (after != before) != tt.want {
				t.Errorf("the key went from %s to %s; changed: %t, want %t", before, after, after != before, tt.want)
			}
		})
	}
}

// Every part of this repository has a module that builds a binary of its name, and
// the version in the name of its folder, if any, is the one that is pinned.
func TestModules(t *testing.T) {
	t.Parallel()
	for _, p := range append(All(), OtherServers()...) {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			m, err := readModule(t.Context(), p.folder())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.command(p); err != nil {
				t.Errorf("module %s builds %q: %v", m.name, m.tools, err)
			}
			if strings.HasPrefix(string(p), "coredns-") && m.name != string(p) {
				t.Errorf("module %s pins %s %s", p, m.path, m.version)
			}
		})
	}
}

// Code of our own in a part's module has tests there, where ./... of this module does
// not reach them.
func TestOwnCode(t *testing.T) {
	t.Parallel()
	cmd := goCommand(t.Context(), NodeCacheStandIn.folder(), "test", "-trimpath", "./"+string(NodeCacheStandIn)+"/...")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestKubernetesBinariesKnowTheirVersion(t *testing.T) {
	t.Parallel()
	m := module{path: "k8s.io/kubernetes", version: "v1.37.2"}
	flags := strings.Join(m.linkerFlags(), " ")
	for _, want := range []string{
		"-X k8s.io/component-base/version.gitVersion=v1.37.2",
		"-X k8s.io/component-base/version.gitMajor=1 ",
		"-X k8s.io/component-base/version.gitMinor=37 ",
		"-X k8s.io/client-go/pkg/version.gitVersion=v1.37.2",
	} {
		if !strings.Contains(flags, want) {
			t.Errorf("linker flags %q lack %q", flags, want)
		}
	}
}
