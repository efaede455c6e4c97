package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
	"corewarden/trace"
)

const traceUsage = `Usage: corefile trace [flags] NAME [TYPE] FILE|FOLDER|-...

Says what the DNS servers do when a pod asks for NAME. TYPE is A unless it is given. FILE is a
Corefile or a manifest, as for corefile check: manifests make up a cluster.

`

func runTrace(args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	t, words, err := parseTracing("trace", traceUsage, args, stderr)
	if err != nil {
		return exitUsage, err
	}
	if len(words) < 2 {
		return exitUsage, errors.New("write: corefile trace NAME [TYPE] FILE")
	}
	name, paths := words[0], words[1:]
	typ := dns.TypeA
	if given, found := dns.StringToType[strings.ToUpper(paths[0])]; found && len(paths) > 1 {
		typ, paths = given, paths[1:]
	}
	if _, valid := dns.IsDomainName(name); !valid || name == "" {
		return exitUsage, fmt.Errorf("%q is not a domain name", name)
	}
	d, err := t.system(paths, stdin, stderr)
	if err != nil {
		return exitUsage, err
	}
	told := trace.Trace{Result: d.Ask(d.entry, query.Question{Name: dns.Fqdn(name), Type: typ}), Asked: d.entry.Name, Place: d.place}
	if t.json {
		return exitClean, told.WriteJSON(stdout)
	}
	return exitClean, told.WriteText(stdout)
}
