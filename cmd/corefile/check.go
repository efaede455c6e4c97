package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A finding is a problem and the input that it is in.
type finding struct {
	path    string
	key     string // of the ConfigMap; "" for a Corefile of its own
	source  corefile.File
	problem corefile.Problem
}

func runCheck(args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return exitUsage, err
	}
	for _, server := range o.servers {
		if note := server.Release.Note; note != "" {
			fmt.Fprintln(stderr, "corefile: warning:", note)
		}
	}
	var inputs []input
	readErr := readAll(o, stdin, stderr, func(in input) { inputs = append(inputs, in) })
	known := known{options: o}
	for _, in := range inputs {
		known.add(in)
	}
	if line := known.leaveOutAbsent(); line != "" {
		fmt.Fprintln(stderr, "corefile:", line)
	}
	findings := []finding{}
	for _, in := range inputs {
		for _, f := range in.judge(known) {
			f.problem = o.keyPolicy.Judge(f.source, f.problem)
			findings = append(findings, f)
		}
	}
	if err := o.print(stdout, findings); err != nil {
		return exitUsage, err
	}
	if readErr != nil {
		return exitUsage, readErr
	}
	if slices.ContainsFunc(findings, func(f finding) bool { return f.problem.Severity == corefile.Error }) {
		return exitProblems, nil
	}
	return exitClean, nil
}

// An input is a configuration to judge, or something that tells what it is judged with.
type input interface {
	judge(known) []finding
}

// A text is a Corefile: a configuration by itself, or a key of the ConfigMap where the
// servers' own Corefiles are given.
type text struct{ path, content string }

func (t text) judge(k known) []finding {
	file := corefile.File{Name: t.path, Path: "/Corefile", Text: t.content}
	problems := func() []corefile.Problem { return extraconfig.CheckCorefile(file, k.servers) }
	if len(k.corefiles) > 0 {
		problems = func() []corefile.Problem { return k.cluster(t.path).Check(extraconfig.Name, t.asKey()) }
	}
	var findings []finding
	for _, p := range problems() {
		findings = append(findings, finding{path: t.path, source: file, problem: p})
	}
	return findings
}

// asKey returns the text as the only key of a ConfigMap.
func (t text) asKey() extraconfig.ConfigMap {
	key := filepath.Base(t.path)
	if !strings.HasSuffix(key, "Corefile") {
		key = "Corefile"
	}
	return extraconfig.ConfigMap{Data: map[string]string{key: t.content}}
}

// A configMap is a ConfigMap of the servers' namespace. Those that servers load beside
// their own Corefile are judged.
type configMap struct {
	path, name string
	value      extraconfig.ConfigMap
}

func (c configMap) judge(k known) []finding {
	if !slices.Contains(extraconfig.Bundles(), c.name) {
		return nil
	}
	var findings []finding
	for _, p := range k.cluster(c.path).CheckAsWritten(c.name, c.value) {
		findings = append(findings, finding{path: c.path, key: p.File, source: c.value.File(p.File), problem: p})
	}
	return findings
}
