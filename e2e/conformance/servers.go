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
	"corewarden/e2e/servers"
)

// A server is one that is compared.
type server struct{ servers.Server }

//go:embed testdata
var testdata embed.FS

// corpus returns the cases for the server: the examples of the CoreDNS in it, those of
// our own tests, and the changes of them.
func (s server) corpus(ctx context.Context, r release.Release, only *regexp.Regexp, seed uint64) (*cases.Corpus, error) {
	source, err := parts.Source(ctx, s.Source)
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
	r, err := s.Release()
	if err != nil {
		return nil, err
	}
	corpus, err := s.corpus(ctx, r, o.only, o.seed)
	if err != nil {
		return nil, err
	}
	binaries, err := parts.Build(ctx, progress, s.Part, s.Part.Batch())
	if err != nil {
		return nil, err
	}
	c := &comparison{name: s.Name, release: r, real: newRealServer(binaries[s.Part], binaries[s.Part.Batch()]), corpus: corpus, options: o, progress: progress}
	if o.composed {
		c.name += ", composed"
		c.bases, err = bases(r)
	}
	return c, err
}
