// Package editors runs "corefile lsp" under the clients of real editors.
package editors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// requireEnv makes the tests fail where an editor is missing: with "require" they do not skip.
const requireEnv = "COREWARDEN_EDITORS"

const (
	problem = `unknown-plugin: unknown plugin "cahce"; did you mean "cache"? (stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))
action: Write "cache"
`
	// The client library watches no files by itself: its client says what it would be told.
	watched = "workspace/didChangeWatchedFiles: **/*{Corefile,.yaml,.yml,.json}\n"
	beside  = "with beside.yaml: zone-already-served snippet-redeclared zone-already-served\n"
	answers = `hover: **cache**: Keeps answers and gives them again until their TTL is over.
completion: cache
snippet: 9:4-9:12
renamed: 9:5-9:11 common
renamed: 13:13-13:19 common
formatted:
`
)

// TestEditors edits a manifest. VS Code counts in UTF-16, Neovim in bytes.
func TestEditors(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("VS Code's client library", func(t *testing.T) {
		t.Parallel()
		node, npm := find(t, "node"), find(t, "npm")
		command := exec.CommandContext(t.Context(), node, "vscode/client.js", binary, copied(t))
		command.Env = append(os.Environ(), "NODE_PATH="+modules(t, npm))
		check(t, command, "server: corefile, utf-16\n"+watched+"extra.yaml: 7:42-7:47 "+problem+"problems after it: 0\n"+answers+formatted(t)+"\n"+beside+"exit code: 0")
	})
	t.Run("Neovim", func(t *testing.T) {
		t.Parallel()
		command := exec.CommandContext(t.Context(), find(t, "nvim"), "--headless", "-n", "-u", documented(t), "-i", "NONE", "-c", "luafile neovim/client.lua")
		command.Env = append(os.Environ(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "FOLDER="+copied(t))
		check(t, command, "extra.yaml: 7:44-7:49 "+problem+answers+formatted(t))
	})
}

// find returns the path of a program. Without it there is no test.
func find(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv(requireEnv) == "require":
		t.Fatalf("%s=require, and there is no %s", requireEnv, program)
	default:
		t.Skipf("there is no %s", program)
	}
	return path
}

// build builds corefile.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "corefile")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "corewarden/cmd/corefile").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// documented returns a file with the set-up for Neovim that docs/editors.md shows.
func documented(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(page), "```lua\n")
	code, _, found := strings.Cut(code, "```")
	if !found {
		t.Fatal("docs/editors.md has no set-up in Lua")
	}
	file := filepath.Join(t.TempDir(), "init.lua")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// copied returns a folder with the files to edit.
func copied(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// formatted returns the file as it is after all that is done to it.
func formatted(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/extra.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("cahce", "cache", "  whoami", "    whoami", "  import", "    import").Replace(string(text))
}

// modules returns the folder with what vscode/package-lock.json names. It is kept for the
// next time.
func modules(t *testing.T, npm string) string {
	t.Helper()
	lock, err := os.ReadFile("vscode/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := filepath.Abs("../../.cache/editors")
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(cache, fmt.Sprintf("vscode-%x", sha256.Sum256(lock))[:len("vscode-")+12])
	if _, err := os.Stat(kept); err == nil {
		return filepath.Join(kept, "node_modules")
	}
	folder := kept + ".new"
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		content, err := os.ReadFile(filepath.Join("vscode", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	ci := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	ci.Dir = folder
	if out, err := ci.CombinedOutput(); err != nil {
		if os.Getenv(requireEnv) == "require" {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
		t.Skipf("npm ci: %v: the client library cannot be had\n%s", err, out)
	}
	if err := os.Rename(folder, kept); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(kept, "node_modules")
}

// check runs an editor and compares what it prints.
func check(t *testing.T, command *exec.Cmd, want string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	started := time.Now()
	err := command.Run()
	t.Logf("it took %s", time.Since(started).Round(10*time.Millisecond))
	if got := stdout.String(); err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("%v\ngot\n%s\nwant\n%s\n%s", err, got, want, stderr.String())
	}
}
