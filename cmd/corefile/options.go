package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// options are what the command line of check says.
type options struct {
	servers   []extraconfig.Server
	leftOut   []string                 // servers that are not judged for, by the name of their workload
	corefiles map[string]corefile.File // servers' own, by the name of their workload
	keyPolicy extraconfig.KeyPolicy
	print     printer
	failOn    corefile.Severity
	color     string
	stdinName string
	bundle    bool
	paths     []string
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{corefiles: map[string]corefile.File{}}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: corefile check [flags] FILE|FOLDER|-...\n\n"+
			"FILE is a Corefile or a manifest (YAML or JSON), or a pattern, in which ** stands for any number\n"+
			"of folders; - is standard input. In a FOLDER and below it,\n"+
			"corefile reads all manifests and all files whose names end in Corefile. It checks manifests\n"+
			"together: a Deployment, a DaemonSet or a server's own Corefile affects the other files.\n\n")
		flags.PrintDefaults()
	}
	output := flags.String("output", "text", "output `format`: "+formats)
	failOn := flags.String("fail-on", "error", "least `severity` that makes the exit code 1: error or warning")
	flags.StringVar(&o.color, "color", "auto", "`when` to colour text: auto, always or never")
	flags.StringVar(&o.stdinName, "stdin-name", stdinPath, "the `name` of standard input in the output; .yaml, .yml and .json say that it is a manifest")
	coreDNS := flags.String("coredns", "", "`version` of CoreDNS to check for, or none; for an unknown version, the nearest known one counts (default: the version in a manifest's image, or "+release.NewestCoreDNS+")")
	nodeLocalDNS := flags.String("node-local-dns", "", "`version` of node-cache, the server of node-local-dns, to check for, or head, or none (default: the version in a manifest's image, or "+release.NewestNodeCache+")")
	flags.Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, which imports what is checked; can be given for both", o.addBase)
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "key `policy` of the webhook: with Reject, a wrong key name is an error; with Normalise, a warning")
	flags.BoolVar(&o.bundle, "bundle", false, "check the Corefiles of a folder together, as the keys of one ConfigMap")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.paths = flags.Args(); len(o.paths) == 0 {
		return o, errors.New("nothing to check: name a file, a folder or - for standard input")
	}
	var known bool
	if o.print, known = printers[*output]; !known {
		return o, fmt.Errorf("-output: unknown format %q. Write %s", *output, formats)
	}
	if o.failOn = corefile.Severity(*failOn); o.failOn != corefile.Error && o.failOn != corefile.Warning {
		return o, fmt.Errorf("-fail-on: unknown severity %q. Write error or warning", *failOn)
	}
	return o, errors.Join(
		o.addServer("coredns", *coreDNS, release.NewestCoreDNS, release.CoreDNS),
		o.addServer("node-local-dns", *nodeLocalDNS, release.NewestNodeCache, release.NodeCache))
}

// addServer has a server judged for: for a given version, or for the newest where nothing
// tells another.
func (o *options) addServer(workload, version, newest string, find func(string) (release.Release, error)) error {
	if version == "none" {
		o.leftOut = append(o.leftOut, workload)
		return nil
	}
	s := extraconfig.Server{Workload: workload, Fixed: version != ""}
	if !s.Fixed {
		version = newest
	}
	var err error
	if s.Release, err = find(version); err != nil {
		return fmt.Errorf("-%s: %w", workload, err)
	}
	o.servers = append(o.servers, s)
	return nil
}

// addBase reads a server's own Corefile.
func (o *options) addBase(value string) error {
	workload, path, found := strings.Cut(value, "=")
	if !found || workload != "coredns" && workload != "node-local-dns" {
		return errors.New("write coredns=FILE or node-local-dns=FILE")
	}
	text, err := os.ReadFile(path)
	o.corefiles[workload] = corefile.File{Name: path, Text: string(text)}
	return err
}
