package dnsserver

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// podDir is the folder of the main Corefile in a pod of either workload. Both mount the
// ConfigMap in its sub-folder extra-configs.
const podDir = "/etc/coredns"

// A Configuration is what a server loads. Its texts name files by the paths that these
// have in a pod: /etc/coredns/Corefile and /etc/coredns/extra-configs/KEY.
type Configuration struct {
	// Main is the text of the main Corefile. It has to import the others.
	Main string
	// Files are the keys of the ConfigMap and their values.
	Files map[string]string
	// Beside are texts of files by their paths relative to the folder of the main Corefile, in
	// which the server runs.
	Beside map[string]string
	// Env are environment variables of the server, by name.
	Env map[string]string
	// Interfaces are the names of network interfaces that the server has beside the loopback
	// one, where it gets a network of its own.
	Interfaces []string
}

// layOut writes the configuration to a new folder that stands for /etc/coredns, and
// replaces that path in the texts by the folder's. The caller removes the folder.
//
// The ConfigMap's volume is laid out as the kubelet does it: each file is a link through
// ..data, a link itself, into a folder with a time in its name. It matters where a glob
// matches more than it should.
func (c Configuration) layOut() (dir string, err error) {
	dir, err = newDir()
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("lay out the configuration: %w", err), os.RemoveAll(dir))
		}
	}()
	const dataLink, dataDir = "..data", "..2006_01_02_15_04_05.000000000"
	volume := filepath.Join(dir, "extra-configs")
	if err := os.MkdirAll(filepath.Join(volume, dataDir), 0o700); err != nil {
		return "", err
	}
	if err := os.Symlink(dataDir, filepath.Join(volume, dataLink)); err != nil {
		return "", err
	}
	for key, text := range c.Files {
		if err := write(filepath.Join(volume, dataDir, key), text, dir); err != nil {
			return "", err
		}
		if err := os.Symlink(filepath.Join(dataLink, key), filepath.Join(volume, key)); err != nil {
			return "", err
		}
	}
	for name, text := range c.Beside {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return "", err
		}
		if err := write(file, text, dir); err != nil {
			return "", err
		}
	}
	return dir, write(mainCorefile(dir), c.Main, dir)
}

// environment returns all environment variables of a server in a folder that layOut made.
func environment(env map[string]string, dir string) map[string]string {
	all := map[string]string{
		"HOME": dir,   // a Corefile may refer to the environment
		"GOGC": "400", // collecting garbage is a quarter of the work of starting
	}
	for name, value := range env {
		all[name] = strings.ReplaceAll(value, podDir, dir)
	}
	return all
}

// newDir makes a folder for temporary use. On most systems its path has the length of
// podDir, so that a text with it is as long as in a pod: names of zones have a limit.
func newDir() (string, error) {
	for {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("dns%04x", rand.Uint32N(1<<16)))
		if err := os.Mkdir(dir, 0o700); !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
	}
}

func mainCorefile(dir string) string { return filepath.Join(dir, "Corefile") }

func write(path, text, dir string) error {
	return os.WriteFile(path, []byte(strings.ReplaceAll(text, podDir, dir)), 0o600)
}
