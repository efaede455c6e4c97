package clients_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/e2e/parts"
)

// TestKustomize has Kustomize run corefile as a function, as docs/pipelines.md says.
func TestKustomize(t *testing.T) {
	t.Parallel()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.Kustomize)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/pipelines.md")
	if err != nil {
		t.Fatal(err)
	}
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir, bin := t.TempDir(), t.TempDir()
	for _, name := range []string{"kustomization.yaml", "corefile.yaml"} {
		_, text, _ := strings.Cut(string(page), "```yaml\n# "+name+"\n")
		text, _, found := strings.Cut(text, "```")
		if !found {
			t.Fatalf("the page does not show %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "corefile"), "corewarden/cmd/corefile").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	build := func(manifests string) (stdout, stderr string, err error) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "shop.yaml"), []byte(manifests), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), binaries[parts.Kustomize], "build", "--enable-alpha-plugins", "--enable-exec", dir)
		cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + bin}
		var out strings.Builder
		cmd.Stderr = &out
		text, err := cmd.Output()
		return string(text), out.String(), err
	}

	out, said, err := build(corrected.Replace(string(shop)))
	if err != nil || !strings.Contains(out, "forward . 192.0.2.53") || strings.Contains(out, "results") || said != "" {
		t.Errorf("of the right text, it makes (%v)\n%s\nand says\n%s", err, out, said)
	}
	out, said, err = build(string(shop))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || out != "" {
		t.Errorf("of the malformed text, it makes (%v)\n%s", err, out)
	}
	for _, cause := range causes {
		_, cause, _ = strings.Cut(cause, "column ")
		_, cause, _ = strings.Cut(cause, ": ")
		if !strings.Contains(said, cause) {
			t.Errorf("it does not say %q:\n%s", cause, said)
		}
	}
	if want := "\n" + strings.TrimSpace(said) + "\n```"; !strings.Contains(string(page), want) {
		t.Errorf("the page does not show\n%s", said)
	}
}
