package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
	"corewarden/e2e/parts"
)

// A server is a release of CoreDNS or of node-cache that is compared.
type server struct {
	name    string // what -release chooses by
	part    parts.Part
	source  parts.Part // the part with the READMEs and tests of the CoreDNS in it, or one near to that
	version string
	find    func(version string) (release.Release, error)
}

func servers() []server {
	return []server{
		{"coredns-1.11.3", parts.CoreDNS1113, parts.CoreDNS1113, "1.11.3", release.CoreDNS},
		{"coredns-1.12.1", parts.CoreDNS1121, parts.CoreDNS1121, "1.12.1", release.CoreDNS},
		{"coredns-1.13.1", parts.CoreDNS1131, parts.CoreDNS1131, "1.13.1", release.CoreDNS},
		{"coredns-1.14.3", parts.CoreDNS1143, parts.CoreDNS1143, "1.14.3", release.CoreDNS},
		{"coredns-1.15.0", parts.CoreDNS1150, parts.CoreDNS1150, "1.15.0", release.CoreDNS},
		{"node-cache-1.26.4", parts.NodeCache1264, parts.CoreDNS1113, "1.26.4", release.NodeCache},
		{"node-cache-1.26.7", parts.NodeCache1267, parts.CoreDNS1131, "1.26.7", release.NodeCache},
		{"node-cache-head", parts.NodeCacheHead, parts.CoreDNS1143, "head", release.NodeCache},
	}
}

//go:embed testdata
var testdata embed.FS

// corpus returns the cases for the server: the examples of the CoreDNS in it, those of
// our own tests, and the changes of them.
func (s server) corpus(ctx context.Context, r release.Release, only *regexp.Regexp, seed uint64) (*cases.Corpus, error) {
	source, err := parts.Source(ctx, s.source)
	if err != nil {
		return nil, err
	}
	plugins, err := filepath.Glob(filepath.Join(source, "plugin", "*"))
	if err != nil {
		return nil, err
	}
	root, err := repository(ctx)
	if err != nil {
		return nil, err
	}
	written, err := fs.Sub(testdata, "testdata")
	if err != nil {
		return nil, err
	}
	var all []cases.Case
	for _, read := range []func() ([]cases.Case, error){
		func() ([]cases.Case, error) { return cases.Written(written) },
		func() ([]cases.Case, error) { return cases.READMEs(source) },
		func() ([]cases.Case, error) { return cases.GoTests(append(plugins, filepath.Join(source, "test"))...) },
		func() ([]cases.Case, error) {
			return cases.GoTests(filepath.Join(root, "corefile", "plugin"), filepath.Join(root, "corefile", "dnsserver"))
		},
	} {
		found, err := read()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(c cases.Case) bool { return !only.MatchString(c.Plugin) })
	if len(all) == 0 {
		return nil, fmt.Errorf("no example is of a plugin that matches %q", only)
	}
	return cases.New(all, r, seed), nil
}

func repository(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// comparison prepares the comparison of all verdicts with those of the server.
func (s server) comparison(ctx context.Context, o options, progress io.Writer) (*comparison, error) {
	r, err := s.find(s.version)
	if err != nil {
		return nil, err
	}
	corpus, err := s.corpus(ctx, r, o.only, o.seed)
	if err != nil {
		return nil, err
	}
	binaries, err := parts.Build(ctx, progress, s.part, s.part.Batch())
	if err != nil {
		return nil, err
	}
	c := &comparison{name: s.name, release: r, real: newRealServer(binaries[s.part], binaries[s.part.Batch()]), corpus: corpus, options: o, progress: progress}
	if o.composed {
		c.name += ", composed"
		c.bases, err = bases(r)
	}
	return c, err
}
