package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"corewarden/buildinfo"
	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/lsp"
)

// runLSP serves an editor on standard input and output.
func runLSP(args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	o := options{corefiles: map[string]corefile.File{}}
	flags := flag.NewFlagSet("lsp", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "Usage: corefile lsp [flags]\n\n"+
			"Serves an editor by the Language Server Protocol, on standard input and output.\n\n")
		flags.PrintDefaults()
	}
	flags.Bool("stdio", true, "use standard input and output, as editors say; there is nothing else")
	coreDNS := flags.String("coredns", "", "`version` of CoreDNS to check for, or none (default: the version in a manifest's image, or "+release.NewestCoreDNS+")")
	nodeLocalDNS := flags.String("node-local-dns", "", "`version` of node-cache, the server of node-local-dns, to check for, or head, or none (default: the version in a manifest's image, or "+release.NewestNodeCache+")")
	flags.Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, which imports what is checked; can be given for both", o.addBase)
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "key `policy` of the webhook: with Reject, a wrong key name is an error; with Normalise, a warning")
	flags.BoolVar(&o.bundle, "bundle", false, "check the Corefiles of a folder together, as the keys of one ConfigMap")
	if err := flags.Parse(args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() > 0 {
		return exitUsage, fmt.Errorf("lsp takes no argument, not %q", flags.Args())
	}
	err := errors.Join(
		o.addServer("coredns", *coreDNS, release.NewestCoreDNS, release.CoreDNS),
		o.addServer("node-local-dns", *nodeLocalDNS, release.NewestNodeCache, release.NodeCache))
	if err != nil {
		return exitUsage, err
	}
	checker, err := newEditor(o)
	if err != nil {
		return exitUsage, err
	}
	err = lsp.Serve(context.Background(), stdin, stdout, lsp.Options{
		Name: "corefile", Version: buildinfo.Read().Version, Checker: checker, Log: stderr,
	})
	if err != nil {
		fmt.Fprintln(stderr, "corefile:", err)
		return exitProblems, nil // the exit code of the protocol
	}
	return exitClean, nil
}
