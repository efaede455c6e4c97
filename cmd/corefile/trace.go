package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"
	"github.com/spf13/cobra"

	"corewarden/corefile/query"
	"corewarden/trace"
)

func newTrace() *cobra.Command {
	var t tracing
	c := &cobra.Command{
		Use:   "trace [flags] NAME [TYPE] FILE|FOLDER|-...",
		Short: "Say what DNS servers do with a query",
		Long: `Say what the DNS servers do when a pod asks for NAME.

TYPE is A unless it is given. FILE is a Corefile or a manifest, as for corefile check: manifests
make up a cluster. Pods ask node-local-dns where the files have it, or else coredns; --from
names the other.`,
		Example: "  corefile trace shop.example AAAA deploy/dns",
		RunE: func(c *cobra.Command, args []string) error {
			return t.trace(args, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	t.addFlags(c)
	return c
}

// trace tells what the servers do with the question that the words are about.
func (t tracing) trace(words []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(words) < 2 {
		return errors.New("write: corefile trace NAME [TYPE] FILE")
	}
	name, paths := words[0], words[1:]
	typ := dns.TypeA
	if given, found := dns.StringToType[strings.ToUpper(paths[0])]; found && len(paths) > 1 {
		typ, paths = given, paths[1:]
	}
	if _, valid := dns.IsDomainName(name); !valid || name == "" {
		return fmt.Errorf("%q is not a domain name", name)
	}
	if err := t.addServers(); err != nil {
		return err
	}
	d, err := t.system(paths, stdin, stderr)
	if err != nil {
		return err
	}
	return t.write(stdout, trace.Trace{Result: d.Ask(d.entry, query.Question{Name: dns.Fqdn(name), Type: typ}), Asked: d.entry.Name, Place: d.place})
}
