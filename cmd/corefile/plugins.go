package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"corewarden/corefile/explain"
	"corewarden/corefile/release"
)

// runExplain prints all about a plugin of a release, or a list of the plugins.
func runExplain(args []string, _ io.Reader, stdout, stderr io.Writer) (int, error) {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: corefile explain [flags] [PLUGIN]\n\nWithout PLUGIN, it lists the plugins of the release.\n\n")
		flags.PrintDefaults()
	}
	coreDNS := flags.String("coredns", "", "`version` of CoreDNS (default: "+release.NewestCoreDNS+")")
	nodeLocalDNS := flags.String("node-local-dns", "", "`version` of node-cache, the server of node-local-dns, or head, in place of CoreDNS")
	if err := flags.Parse(args); err != nil {
		return exitUsage, err
	}
	r, err := explained(*coreDNS, *nodeLocalDNS)
	if err != nil {
		return exitUsage, err
	}
	if r.Note != "" {
		fmt.Fprintln(stderr, "corefile: warning:", r.Note)
	}
	text := explain.List(r)
	switch flags.NArg() {
	case 0:
	case 1:
		text, err = explain.Plugin(flags.Arg(0), r)
	default:
		err = fmt.Errorf("explain takes at most one plugin, and flags before it, not %q", flags.Args())
	}
	if err != nil {
		return exitUsage, err
	}
	fmt.Fprint(stdout, text)
	return exitClean, nil
}

// explained returns the release to explain: that of one of the flags, or the newest CoreDNS.
func explained(coreDNS, nodeLocalDNS string) (release.Release, error) {
	switch {
	case coreDNS != "" && nodeLocalDNS != "":
		return release.Release{}, errors.New("explain takes -coredns or -node-local-dns, not both")
	case nodeLocalDNS != "":
		return release.NodeCache(nodeLocalDNS)
	case coreDNS == "":
		coreDNS = release.NewestCoreDNS
	}
	return release.CoreDNS(coreDNS)
}
