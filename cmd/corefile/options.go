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
	bundle    bool
	paths     []string
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{corefiles: map[string]corefile.File{}}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: corefile check [flags] FILE|FOLDER|-...\n\n"+
			"FILE is a Corefile or a manifest, in YAML or JSON; - is the standard input. Of a FOLDER, with\n"+
			"all below it, the manifests and the files that end in Corefile are read. Manifests judge each\n"+
			"other: what a Deployment or DaemonSet and the servers' own Corefiles say is taken into account.\n\n")
		flags.PrintDefaults()
	}
	output := flags.String("output", "text", "`format` of the problems: text or json")
	coreDNS := flags.String("coredns", "", "`version` of CoreDNS to judge for, or none; one that is not known is judged as the nearest that is (default what a manifest's image says, or "+release.NewestCoreDNS+")")
	nodeLocalDNS := flags.String("node-local-dns", "", "`version` of node-cache, the server of node-local-dns, to judge for, or head, or none (default what a manifest's image says, or "+release.NewestNodeCache+")")
	flags.Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, in which Corefiles and ConfigMaps are judged; may be given for both", o.addBase)
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
