package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// options are what the command line of check says.
type options struct {
	servers   []extraconfig.Server
	keyPolicy extraconfig.KeyPolicy
	print     printer
	bundle    bool
	paths     []string
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: corefile check [flags] FILE|FOLDER|-...\n\n"+
			"FILE is a Corefile or a manifest, in YAML or JSON; - is the standard input. Of a FOLDER, with\n"+
			"all below it, the manifests and the files that end in Corefile are read.\n\n")
		flags.PrintDefaults()
	}
	output := flags.String("output", "text", "`format` of the problems: text or json")
	coreDNS := flags.String("coredns", release.NewestCoreDNS, "`version` of CoreDNS to judge for, or none; one that is not known is judged as the nearest that is")
	nodeLocalDNS := flags.String("node-local-dns", release.NewestNodeCache, "`version` of node-cache, the server of node-local-dns, to judge for, or head, or none")
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "`policy` of the webhook for key names: with Reject, a wrong one is an error; with Normalise, a warning")
	flags.BoolVar(&o.bundle, "bundle", false, "judge the Corefiles of a folder together, as the keys of one ConfigMap, and not each by itself")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.paths = flags.Args(); len(o.paths) == 0 {
		return o, errors.New("nothing to check: name a file, a folder or - for the standard input")
	}
	var known bool
	if o.print, known = printers[*output]; !known {
		return o, fmt.Errorf("-output: unknown format %q; the formats are text and json", *output)
	}
	return o, errors.Join(o.addServer("coredns", *coreDNS, release.CoreDNS), o.addServer("node-local-dns", *nodeLocalDNS, release.NodeCache))
}

func (o *options) addServer(workload, version string, find func(string) (release.Release, error)) error {
	if version == "none" {
		return nil
	}
	r, err := find(version)
	if err != nil {
		return fmt.Errorf("-%s: %w", workload, err)
	}
	o.servers = append(o.servers, extraconfig.Server{Workload: workload, Release: r})
	return nil
}

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
	findings := []finding{}
	readErr := readAll(o, stdin, stderr, func(in input) {
		for _, f := range in.judge(o.servers) {
			f.problem = o.keyPolicy.Judge(f.problem)
			findings = append(findings, f)
		}
	})
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

// An input is one configuration to judge.
type input interface {
	judge(servers []extraconfig.Server) []finding
}

// A text is a Corefile that is a whole configuration by itself.
type text struct{ path, content string }

func (t text) judge(servers []extraconfig.Server) []finding {
	file := corefile.File{Name: t.path, Path: "/Corefile", Text: t.content}
	var findings []finding
	for _, p := range extraconfig.CheckCorefile(file, servers) {
		findings = append(findings, finding{path: t.path, source: file, problem: p})
	}
	return findings
}

// A configMap is the bundle that one ConfigMap holds.
type configMap struct {
	path     string
	workload string // the only one that loads it; "" for all
	value    extraconfig.ConfigMap
}

func (c configMap) judge(servers []extraconfig.Server) []finding {
	if c.workload != "" {
		servers = slices.DeleteFunc(slices.Clone(servers), func(s extraconfig.Server) bool { return s.Workload != c.workload })
	}
	var findings []finding
	for _, p := range extraconfig.CheckAsWritten(c.value, servers) {
		findings = append(findings, finding{path: c.path, key: p.File, source: c.value.File(p.File), problem: p})
	}
	return findings
}
