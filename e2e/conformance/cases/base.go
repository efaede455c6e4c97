package cases

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"corewarden/corefile/release"
)

// A Base is a server's own Corefile, as clusters have it, that imports the bundles.
type Base struct {
	Name string
	// Text is the whole of it, with the placeholders of node-cache if it is a template of
	// that.
	Text string
}

// LocalDNS and ClusterDNS are the addresses that stand for placeholders of node-cache: its
// own, and that of the cluster's DNS.
const (
	LocalDNS   = "169.254.20.10"
	ClusterDNS = "10.240.16.11"
)

// Template reports whether node-cache has to replace placeholders in it.
func (b Base) Template() bool { return strings.Contains(b.Text, "__PILLAR__") }

// rendered returns the Corefile that the server reads.
func (b Base) rendered() string {
	return strings.NewReplacer(
		"__PILLAR__LOCAL__DNS__", LocalDNS, "__PILLAR__CLUSTER__DNS__", ClusterDNS,
		"__PILLAR__DNS__SERVER__", "", "__PILLAR__UPSTREAM__SERVERS__", "/etc/resolv.conf",
	).Replace(b.Text)
}

// zones returns the zones that it serves, as they are written.
func (b Base) zones() []string {
	var zones []string
	t := parse(b.Text)
	for _, at := range t.at(0) {
		if line := t[at.line]; line[0] != "import" && !strings.HasPrefix(line[0], "(") {
			zones = append(zones, line[:len(line)-1]...)
		}
	}
	return zones
}

// inside reports whether a bundle is imported inside of a server block.
func (b Base) inside() bool { return insideImport.MatchString(b.Text) }

var insideImport = regexp.MustCompile(`(?m)^\s+import \S+\*Corefile$`)

// kubernetes is the plugin that needs the API of a cluster to start. It serves no zone of
// its own, so that a Corefile without it clashes with the same bundles.
var kubernetes = regexp.MustCompile(`(?m)^    kubernetes [^}]*\}\n`)

// Bases reads the files *.Corefile. Of the plugins in them those are dropped that cannot
// start without a cluster.
func Bases(files fs.FS) ([]Base, error) {
	names, err := fs.Glob(files, "*.Corefile")
	if err != nil {
		return nil, err
	}
	var bases []Base
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		bases = append(bases, Base{
			Name: strings.TrimSuffix(path.Base(name), ".Corefile"),
			Text: kubernetes.ReplaceAllString(string(text), ""),
		})
	}
	return bases, nil
}

// BasesOf returns those of the bases that a release starts on: only node-cache replaces
// placeholders, and it has few plugins.
func BasesOf(bases []Base, r release.Release) []Base {
	return slices.DeleteFunc(slices.Clone(bases), func(b Base) bool {
		if b.Template() && r.HasAll() {
			return true
		}
		for _, at := range parse(b.Text).places() {
			if at.depth == 1 && at.plugin != "import" && at.plugin != "}" && !r.Has(at.plugin) {
				return true
			}
		}
		return false
	})
}
