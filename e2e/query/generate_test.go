package query

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	file "corewarden/corefile"
	judge "corewarden/corefile/dnsserver"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
)

// zones are what generated server blocks serve.
var zones = []string{".", "a.test", "b.a.test", "c.test", "TEST", "10.1.0.0/17", "example.a.test a.c.test"}

// zoneFile is a zone file that generated texts name.
const zoneFile = "/etc/coredns/extra-configs/db.a.test"

const zoneText = `$TTL 300
@ SOA ns h 1 2 3 4 60
@ NS ns
ns A 192.0.2.30
www A 192.0.2.31
www TXT "www"
x.b A 192.0.2.32
alias CNAME www
six CNAME alias
out CNAME www.c.test.
back CNAME x.b.a.test.
ten NS ns.ten
ns.ten A 192.0.2.33
*.wild A 192.0.2.34
deep.ent.wild A 192.0.2.35
*.alias CNAME www
x.*.star A 192.0.2.36
old DNAME b
away DNAME c.test.
`

// fragments are uses of plugins, by plugin.
var fragments = map[string][]string{
	"acl": {
		"acl {\n block type A\n}", "acl b.a.test {\n filter\n}", "acl a.test c.test {\n allow type A\n block\n}", "acl {\n filter type TXT MX\n}",
		"acl {\n block net 10.0.0.0/8\n}", "acl {\n allow net 127.0.0.0/8\n block\n}", "acl {\n drop type SRV\n}",
	},
	"any":         {"any"},
	"cache":       {"cache", "cache 30 {\n disable denial\n}"},
	"dns64":       {"dns64", "dns64 {\n allow_ipv4\n}", "dns64 2001:db8:64::/96 {\n allow_ipv4\n}", "dns64 2001:db8:4000::/40 {\n allow_ipv4\n}", "dns64 2001:db8:64:6464::/64 {\n allow_ipv4\n translate_all\n}"},
	"errors":      {"errors"},
	"loadbalance": {"loadbalance"},
	"local":       {"local"},
	"loop":        {},
	"minimal":     {"minimal"},
	"nomad":       {"nomad", "nomad c.test"},
	"siit":        {"siit {\n ipv6_prefix 64:ff9b::/96\n}"},
	"tsig":        {"tsig {\n require TXT\n}", "tsig b.a.test c.test {\n require A MX\n require_opcode UPDATE\n}"},
	"whoami":      {"whoami"},
	"hosts": {
		"hosts {\n 192.0.2.11 a.test www.a.test\n 2001:db8::11 www.a.test six.a.test\n}",
		"hosts {\n 192.0.2.12 x.b.a.test web.c.test\n fallthrough\n}",
		"hosts {\n 192.0.2.13 *.a.test\n 2001:db8::13 *.b.a.test x.a.test\n ttl 7\n fallthrough b.a.test\n}",
		"hosts /nowhere a.test {\n 192.0.2.14 www.a.test www.c.test\n no_reverse\n fallthrough\n}",
		"hosts {\n 10.1.2.3 ten.a.test\n 10.1.2.3 ten.c.test # a comment\n fallthrough 10.1.0.0/16 a.test\n}",
		"hosts {\n not an entry\n 192.0.2.15\n 192.0.2.16 only.c.test\n}",
	},
	"template": {
		"template IN A {\n match ^x[.]\n answer \"{{ .Name }} 60 IN A 192.0.2.21\"\n fallthrough\n}",
		"template IN A a.test {\n match ^(?P<n>[a-z]+)[.]b[.] ^www\n answer \"{{ .Name }} 60 IN A 192.0.2.22\"\n}",
		"template IN ANY c.test {\n rcode NXDOMAIN\n}",
		"template ANY AAAA {\n rcode NOERROR\n}",
		"template IN A {\n match ^alias[.](.*)$\n answer \"{{ .Name }} 60 IN CNAME www.{{ index .Match 1 }}\"\n fallthrough\n}",
		"template IN TXT {\n answer \"{{ .Name }} TXT \\\"{{ .Zone }} {{ .Type }} {{ .Class }}\\\"\"\n}",
		"template IN MX a.test {\n match ^www\n answer \"{{ .Name }} MX 10 mail.a.test.\"\n additional \"mail.a.test. A 192.0.2.23\"\n fallthrough c.test\n}",
		"template IN A b.a.test {\n answer \"{{ .Name }} 60 IN A 192.0.2\"\n}",
		"template IN SRV {\n rcode REFUSED\n}", "template IN HINFO {\n rcode SERVFAIL\n}", "template IN CNAME a.test {\n rcode NOTIMP\n}",
		"template IN A {\n match ^(?P<n>\\w+)[.]\n var octet group('n') == 'x' ? 24 : 25\n expr octet != 24 or type() == 'A'\n answer \"{{ .Name }} A 192.0.2.{{ .Var.octet }}\"\n fallthrough\n}",
		"template IN ANY {\n expr name() endsWith '.c.test.' and type() in ['TXT', 'MX']\n rcode REFUSED\n fallthrough a.test\n}",
		"template IN A {\n match ^(x|www)[.]\n var seven 7\n expr 7 % (seven - (group(1) == 'x' ? 7 : 6)) == 0\n rcode NXDOMAIN\n fallthrough\n}",
		"template IN PTR 10.1.0.0/16 {\n match ^(\\d+)[.](\\d+)[.]1[.]10\n answer \"{{ .Name }} PTR ip-{{ .Group._1 }}{{ index .Group \\\"2\\\" }}.a.test.\"\n fallthrough\n}",
	},
	"rewrite": {
		"rewrite name www.a.test x.b.a.test", "rewrite name exact WWW.c.test web.c.test answer value web.a.test www.a.test", "rewrite continue name x.a.test www.a.test",
		"rewrite name suffix .c.test .a.test", "rewrite name suffix .c.test .a.test answer auto", "rewrite continue name suffix .b.a.test .c.test",
		"rewrite continue name suffix .b.a.test .c.test answer auto", "rewrite stop name suffix c.test. a.test.",
		"rewrite name prefix x www", "rewrite name prefix alias. www.", "rewrite continue name prefix nx ok",
		"rewrite name substring a.test c.test answer auto", "rewrite name substring .b. .",
		"rewrite name regex (.*)[.]c[.]test[.] {1}.a.test answer name (.*)[.]a[.]test[.] {1}.c.test", "rewrite continue name regex ^six[.](.*) www.{1}",
		"rewrite name regex (.*)[.]test$ {1}.a.test", "rewrite stop {\n name regex ^(x|y)[.](.*)[.]test[.]$ {1}.{2}.example.a.test\n answer auto\n}",
		"rewrite type ANY HINFO", "rewrite continue type MX A", "rewrite type AAAA A", "rewrite continue type SRV TXT",
		"rewrite rcode regex .* NXDOMAIN NOERROR", "rewrite continue rcode a.test SERVFAIL NXDOMAIN", "rewrite rcode suffix .test REFUSED 0",
		"rewrite ttl regex .* 5-10", "rewrite continue ttl a.test 30", "rewrite edns0 local set 0xffed abc", "rewrite continue edns0 nsid set",
		"rewrite edns0 local replace 0xffed abc", "rewrite cname exact www.x.test. x.a.test.", "rewrite continue cname suffix .c.test. .a.test.",
	},
	"forward": {
		"forward . 127.0.0.1:5301", "forward a.test 127.0.0.1:5302", "forward b.a.test 127.0.0.1:5303 127.0.0.1:5301 {\n policy sequential\n}",
		"forward . 127.0.0.1:5303 {\n except a.test 10.1.0.0/16\n}", "forward test 127.0.0.1:5302 {\n except www.a.test test\n}",
		"forward c.test 127.0.0.1:5301 127.0.0.1:5302 {\n force_tcp\n}", "forward 10.1.0.0/17 127.0.0.1:5303",
	},
	"file": {
		"file " + zoneFile + " a.test", "file " + zoneFile + " a.test {\n fallthrough\n}", "file " + zoneFile + " a.test {\n fallthrough b.a.test\n}",
	},
	"view": {
		"view v {\n expr name() endsWith 'a.test.'\n}", "view v {\n expr type() in ['A', 'TXT'] and class() == 'IN'\n}",
		"view v {\n expr name() matches '^(x|www)[.]'\n expr type() != 'AAAA'\n}", "view v {\n expr name() == 'www.a.test.' || incidr(client_ip(), '127.0.0.0/8')\n}",
	},
}

// repeatable are plugins of which a block may have several uses.
var repeatable = []string{"acl", "forward", "rewrite", "template"}

// order is that of plugins in generated texts, which makes no difference to the servers.
var order = []string{"whoami", "forward", "file", "hosts", "template", "rewrite", "acl", "cache", "any", "dns64", "errors", "loadbalance", "local", "minimal", "view", "tsig", "siit", "nomad"}

// A place is where generated server blocks listen, and what they forward to as well.
type place struct {
	bind, forward string
	// port is the one of most zones, and apart tells that others serve the root.
	port  string
	apart bool
}

// corefile generates a configuration for a release.
func corefile(random *rand.Rand, r release.Release, in place) string {
	var text strings.Builder
	served := random.Perm(len(zones))[:2+random.IntN(3)]
	if in.apart {
		served = slices.DeleteFunc(served, func(zone int) bool { return zone == 0 })
	} else if random.IntN(4) > 0 && !slices.Contains(served, 0) {
		served = append(served, 0) // the root: else most questions are refused
	}
	for _, zone := range served {
		names := strings.Fields(zones[zone])
		if in.port != "" && in.port != "53" && random.IntN(4) > 0 {
			for i := range names {
				names[i] += ":" + in.port
			}
		}
		fmt.Fprintf(&text, "%s {\n", strings.Join(names, " "))
		if in.bind != "" {
			fmt.Fprintf(&text, "bind %s\n", in.bind)
		} else if random.IntN(8) == 0 {
			text.WriteString("bind 127.0.0.1\n")
		}
		if in.forward != "" && random.IntN(2) == 0 {
			fmt.Fprintf(&text, "forward . %s\n", in.forward)
		}
		text.WriteString(directives(random, r, 1) + "}\n")
	}
	return text.String()
}

// directives generates the plugins of a server block. There are fewer, the rarer they are to be.
func directives(random *rand.Rand, r release.Release, rarer int) string {
	var text strings.Builder
	for _, plugin := range order {
		uses := slices.DeleteFunc(slices.Clone(fragments[plugin]), func(use string) bool { return !starts(r, use) })
		often := map[string]int{"forward": 1, "file": 3, "hosts": 2, "template": 2, "rewrite": 2, "view": 10, "tsig": 10, "siit": 30, "nomad": 30}[plugin]
		if often == 0 {
			often = 5
		}
		if len(uses) == 0 || random.IntN(often*rarer) > 0 || plugin == "forward" && random.IntN(4) == 0 {
			continue
		}
		count := 1
		if strings.Contains(strings.Join(repeatable, " "), plugin) {
			count += random.IntN(3)
		}
		for range count {
			text.WriteString(uses[random.IntN(len(uses))] + "\n")
		}
	}
	return text.String()
}

// starts reports whether a release starts with a use of a plugin.
func starts(r release.Release, use string) bool {
	key := r.Name + use
	if known, found := started.Load(key); found {
		return known.(bool)
	}
	conf := file.Configuration{Main: file.File{Name: "Corefile", Text: ". {\n" + use + "\n}"}}
	refused := slices.ContainsFunc(judge.Judge(conf, judge.Server{Name: r.Name, Release: r}), func(p file.Problem) bool { return p.Severity == file.Error })
	started.Store(key, !refused)
	return !refused
}

// started are what starts knows already.
var started sync.Map

// names are those that are asked for: at, above, below and beside what the fragments name.
var names = []string{
	".", "test.", "a.test.", "b.a.test.", "c.test.", "x.test.", "www.a.test.", "WWW.A.test.", "x.a.test.", "six.a.test.", "x.b.a.test.", "y.x.b.a.test.",
	"web.c.test.", "www.c.test.", "only.c.test.", "ten.a.test.", "alias.c.test.", "alias.a.test.", "xa.test.", "nx.a.test.", "nx.c.test.", "www.b.a.test.",
	"out.a.test.", "back.a.test.", "y.ten.a.test.", "y.wild.a.test.", "z.y.wild.a.test.", "x.ent.wild.a.test.", "ent.wild.a.test.", "x.star.a.test.", "x.alias.a.test.", "wild.a.test.", "old.a.test.", "www.away.a.test.",
	"x.away.a.test.", "x.old.a.test.", "x.example.a.test.", "a.c.test.", "localhost.", "x.localhost.", "localhost.a.test.", "other.org.", "example.a.test.", "xyz.c.test.",
	"3.2.1.10.in-addr.arpa.", "3.200.1.10.in-addr.arpa.", "1.0.0.127.in-addr.arpa.", "11.2.0.192.in-addr.arpa.", "1.10.in-addr.arpa.", "10.in-addr.arpa.",
	"1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
}

var types = []uint16{
	dns.TypeA, dns.TypeA, dns.TypeA, dns.TypeAAAA, dns.TypeAAAA, dns.TypePTR, dns.TypeTXT, dns.TypeMX, dns.TypeSRV, dns.TypeCNAME, dns.TypeANY,
	dns.TypeHINFO, dns.TypeDS, dns.TypeSOA, dns.TypeNS,
}

// questions generates some.
func questions(random *rand.Rand, count int) []query.Question {
	all := make([]query.Question, count)
	for i := range all {
		all[i] = query.Question{Name: names[random.IntN(len(names))], Type: types[random.IntN(len(types))]}
		if strings.HasSuffix(all[i].Name, ".arpa.") && random.IntN(2) == 0 {
			all[i].Type = dns.TypePTR
		}
	}
	return all
}
