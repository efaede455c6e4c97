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
	path      string
	configMap configMap // that it is in; the zero value for a Corefile of its own
	key       string    // of the ConfigMap; "" for a Corefile of its own
	source    corefile.File
	problem   corefile.Problem
	at        place
	from      string // the template that the manifest was made from, if it says so
}

// A place is where a problem is in a file, which may be a manifest: lines and columns count
// from 1, columns in characters. They are 0 where the file as a whole is meant.
type place struct {
	file                             string
	line, column, endLine, endColumn int
}

// placeOf returns where a problem is in a file that is the Corefile.
func placeOf(file string, p corefile.Problem) place {
	return place{file, p.Line, p.Column, p.Line, p.EndColumn}
}

// check judges what the paths name, and prints what is found.
func (o options) check(stdin io.Reader, stdout, stderr io.Writer) error {
	result, readErr := o.judge(stdin, stderr)
	result.colour, result.root = colours(o.color, stdout), repositoryRoot()
	if err := printers[o.output](stdout, result); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	if result.failed() {
		return errProblems
	}
	return nil
}

// judge judges what the paths name. There is a result even if something cannot be read.
func (o options) judge(stdin io.Reader, stderr io.Writer) (result, error) {
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
	result := result{failOn: corefile.Severity(o.failOn)}
	progress := newProgress(stderr)
	for i, in := range inputs {
		progress.show(i, len(inputs))
		path, findings := in.judge(known)
		for _, f := range findings {
			f.problem = o.keyPolicy.Judge(f.source, f.problem)
			result.findings = append(result.findings, f)
		}
		if path != "" && !slices.Contains(result.checked, path) {
			result.checked = append(result.checked, path)
		}
	}
	progress.end()
	if len(result.checked) == 0 && readErr == nil {
		fmt.Fprintf(stderr, "corefile: nothing was checked: there is no Corefile, and no ConfigMap %s of %s\n",
			strings.Join(extraconfig.Bundles(), ", "), extraconfig.Namespace)
	}
	return result, readErr
}

// An input is a configuration to judge, or something that tells what it is judged with.
type input interface {
	// judge returns what is found, and in which file; "" if there is nothing to judge.
	judge(known) (path string, findings []finding)
}

// A text is a Corefile: a configuration by itself, or a key of the ConfigMap where the
// servers' own Corefiles are given.
type text struct{ path, content string }

func (t text) judge(k known) (string, []finding) {
	file := corefile.File{Name: t.path, Path: "/Corefile", Text: t.content}
	problems := func() []corefile.Problem { return extraconfig.CheckCorefile(file, k.servers) }
	if len(k.corefiles) > 0 {
		problems = func() []corefile.Problem { return k.cluster(t.path).Check(extraconfig.Name, t.asKey()) }
	}
	var findings []finding
	for _, p := range problems() {
		findings = append(findings, finding{path: t.path, source: file, problem: p, at: placeOf(t.path, p)})
	}
	return t.path, findings
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
	manifest   *manifest // that holds it; nil for the Corefiles of a folder
}

func (c configMap) judge(k known) (string, []finding) {
	var problems []corefile.Problem
	if slices.Contains(extraconfig.Bundles(), c.name) {
		problems = k.cluster(c.path).CheckAsWritten(c.name, c.value)
	} else if meant, _ := extraconfig.Meant(c.name); meant != "" {
		problems = k.cluster(c.path).Mistaken(c.name, c.value)
	}
	if len(problems) == 0 && !slices.Contains(extraconfig.Bundles(), c.name) {
		return "", nil
	}
	var findings []finding
	for _, p := range problems {
		f := finding{path: c.path, configMap: c, key: p.File, source: c.value.File(p.File), problem: p, at: placeOf(filepath.Join(c.path, p.File), p)}
		if c.manifest != nil {
			f.at, f.from = c.manifest.place(c.value, p), c.manifest.from
		}
		findings = append(findings, f)
	}
	return c.path, findings
}
