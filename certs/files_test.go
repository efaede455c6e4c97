package certs

import (
	"os"
	"path/filepath"
	"testing"
)

func (p keyPair) write(t *testing.T, dir string) {
	t.Helper()
	for name, content := range map[string][]byte{"tls.crt": p.cert, "tls.key": p.key} {
		if content == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func renameOver(t *testing.T, dir string, pair keyPair) {
	t.Helper()
	temp := t.TempDir()
	pair.write(t, temp)
	for _, name := range []string{"tls.crt", "tls.key"} {
		if err := os.Rename(filepath.Join(temp, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func swapSymlink(t *testing.T, dir string, pair keyPair) { swap(t, dir, pair) }

// swap lays the pair down as the kubelet's atomic writer does: in a new folder that
// the symlink ..data is pointed at in one step, and to which tls.crt and tls.key lead
// by way of ..data. It returns the folder that was in use before.
func swap(t *testing.T, dir string, pair keyPair) (old string) {
	t.Helper()
	folder, err := os.MkdirTemp(dir, "..2026_") //nolint:usetesting // it has to lie beside the symlink to it
	if err != nil {
		t.Fatal(err)
	}
	pair.write(t, folder)
	if target, err := os.Readlink(filepath.Join(dir, "..data")); err == nil {
		old = filepath.Join(dir, target)
	}
	temp := filepath.Join(dir, "..data_tmp")
	if err := os.Symlink(filepath.Base(folder), temp); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temp, filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	if old == "" {
		for _, name := range []string{"tls.crt", "tls.key"} {
			if err := os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return old
}
