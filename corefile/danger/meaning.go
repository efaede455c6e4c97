package danger

import (
	"cmp"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// A meaning is a name that a use of a plugin is there for, or a zone: fully qualified.
type meaning struct {
	use  corefile.Token
	name string
}

// meanings returns those of the judged uses in a block that others share.
func meanings(b *block) []meaning {
	var all []meaning
	add := func(use corefile.Token, names ...string) {
		for _, name := range names {
			if _, valid := dns.IsDomainName(name); valid && !use.Foreign() && !strings.Contains(name, "/") {
				all = append(all, meaning{use, dns.Fqdn(name)})
			}
		}
	}
	for _, f := range b.Forwards {
		if f.From != "" {
			add(f.Token, f.From)
		}
	}
	for _, t := range b.Templates {
		add(t.Token, t.Zones...)
	}
	for _, s := range b.Stores {
		add(s.Token, s.Zones...)
	}
	for _, r := range b.Rewrites {
		if r.Kind == "name" && (r.Match == "exact" || r.Match == "suffix") {
			add(r.Token, strings.TrimPrefix(r.From, "."))
		}
	}
	if b.Hosts != nil {
		for _, line := range b.Hosts.Lines {
			text, _, _ := strings.Cut(line.Text, "#")
			if fields := strings.Fields(text); len(fields) > 1 && net.ParseIP(fields[0]) != nil {
				add(line.Token, fields[1:]...)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b meaning) int {
		return cmp.Or(strings.Compare(a.use.File(), b.use.File()), a.use.Line()-b.use.Line())
	})
	return all
}
