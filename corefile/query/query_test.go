package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
)

// server returns a server that starts on a Corefile.
func server(t testing.TB, version, text string) *query.Server {
	t.Helper()
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	var parsing corefile.Report
	blocks := corefile.Parse(corefile.Configuration{Main: corefile.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: text}}, release.Known, &parsing)
	read, problems := dnsserver.Check(blocks, dnsserver.Server{Name: r.Name, Release: r}, &parsing)
	for _, p := range problems {
		if p.Severity == corefile.Error {
			t.Fatalf("the server does not start: %s", p.Message)
		}
	}
	return &query.Server{Name: "coredns", Release: r, Blocks: read, Port: "53"}
}

// views is a block with a view, and one for what that does not take.
func views(expression string) string {
	return "a.org {\n view v {\n  expr " + expression + "\n }\n forward . 192.0.2.1\n}\na.org {\n forward . 192.0.2.2\n}\n"
}

// conditional is a block with a template that has a variable, and conditions.
func conditional(conditions string) string {
	return "a.org {\n template IN A {\n  match ^(?P<n>\\w+)[.]a[.]org[.]$\n  var octet group('n') == 'x' ? 7 : 8\n  " + conditions + "\n  answer \"{{ .Name }} A 192.0.2.{{ .Var.octet }}\"\n  fallthrough\n }\n forward . 192.0.2.1\n}\n"
}

// question reads a question such as "AAAA www.example.org".
func question(t *testing.T, text string) query.Question {
	t.Helper()
	typ, name, found := strings.Cut(text, " ")
	if !found || dns.StringToType[typ] == 0 {
		t.Fatalf("%q is no question", text)
	}
	return query.Question{Name: dns.Fqdn(name), Type: dns.StringToType[typ]}
}

// end is an end in one line.
func end(e query.End) string {
	words := []string{string(e.Outcome)}
	for _, rr := range e.Answers {
		words = append(words, strings.Join(strings.Fields(rr.String()), " "))
	}
	words = append(words, e.Upstreams...)
	return strings.Join(words, "; ")
}

// TestEnds is what servers do with questions. The comparison with real servers in e2e/query
// shows the same on thousands of other ones.
func TestEnds(t *testing.T) {
	t.Parallel()
	const dynupdated = "a.org c.org {\n dynupdate a.org {\n  file db.a.org\n  allow key. * *\n }\n tsig {\n  secret key. NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=\n }\n forward . 192.0.2.1\n}\n"
	const alias = ". {\n rewrite cname www.c.org. w.a.org.\n template IN A c.org {\n  answer \"{{ .Name }} CNAME www.c.org.\"\n  match ^x\n  fallthrough\n }\n template IN A {\n  match ^w[.]\n  answer \"{{ .Name }} CNAME www.a.org.\"\n  fallthrough\n }\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n"
	const hosts = "a.org {\n hosts {\n  192.0.2.1 www.a.org\n  %s\n }\n forward . 192.0.2.53\n}\n"
	for _, test := range []struct{ name, release, corefile, question, want string }{
		// Server blocks.
		{"no block", "", "a.org {\n whoami\n}\n", "A b.org", "refused"},
		{"a zone ends at a label", "", "a.org {\n whoami\n}\n", "A xa.org", "refused"},
		{"a block without plugins", "", "a.org {\n bind 127.0.0.1 0.0.0.0\n}\n", "A a.org", "refused"},
		{"nothing answers", "", "a.org {\n errors\n log\n}\n", "A a.org", "servfail"},
		{"the longest zone", "", ". {\n forward . 192.0.2.1\n}\na.org {\n forward . 192.0.2.2\n}\n", "A x.A.org", "forward; 192.0.2.2"},
		// Before 1.15.0 minimal panics where no plugin wrote a message.
		{"minimal without an answer", "1.14.7", ". {\n minimal\n file db.a.org a.org\n}\n", "A b.org", "servfail"},
		{"minimal that hands on a refusal", "", ". {\n minimal\n file db.a.org a.org\n}\n", "A b.org", "refused"},
		{"minimal behind a rewrite", "1.14.7", ". {\n rewrite name a.org b.org\n minimal\n hosts {\n  192.0.2.1 c.a.org\n }\n}\n", "A a.org", "discarded"},
		{"minimal behind a rewrite that it does not break", "", ". {\n rewrite name a.org b.org\n minimal\n hosts {\n  192.0.2.1 c.a.org\n }\n}\n", "A a.org", "servfail"},
		{"minimal before an error", "1.14.7", ". {\n rewrite name a.org b.org\n minimal\n loop\n}\n", "A a.org", "servfail"},
		{"minimal behind dns64", "1.14.7", ". {\n dns64 {\n  allow_ipv4\n }\n minimal\n file db.a.org a.org\n}\n", "AAAA b.org", "dropped"},
		{"minimal behind dns64 and one that looks at the answer", "1.14.7", ". {\n dns64 {\n  allow_ipv4\n }\n loadbalance\n minimal\n file db.a.org a.org\n}\n", "AAAA b.org", "servfail"},
		{"answers of two rewrites", "1.11.4", "a.org {\n rewrite continue name exact x.a.org y.a.org\n rewrite name exact y.a.org z.a.org\n hosts {\n  192.0.2.1 z.a.org\n }\n}\n", "A x.a.org", "answer; x.a.org. 3600 IN A 192.0.2.1"},
		{"answers of two rewrites, in the order of the rules", "1.11.3", "a.org {\n rewrite continue name exact x.a.org y.a.org\n rewrite name exact y.a.org z.a.org\n hosts {\n  192.0.2.1 z.a.org\n }\n}\n", "A x.a.org", "answer; y.a.org. 3600 IN A 192.0.2.1"},
		// Rules for EDNS0 options, of which clients send none.
		{"an option that is replaced", "", ". {\n rewrite edns0 local replace 0xffed abc\n rewrite name a.org b.org\n template IN A b.org {\n  rcode NXDOMAIN\n }\n forward . 192.0.2.1\n}\n", "A a.org", "nxdomain"},
		{"an option that was set before", "", ". {\n rewrite continue edns0 local set 65517 abc\n rewrite edns0 local replace 0xffed abc\n rewrite name a.org b.org\n template IN A b.org {\n  rcode NXDOMAIN\n }\n forward . 192.0.2.1\n}\n", "A a.org", "forward; 192.0.2.1"},
		{"an option that is removed", "", ". {\n rewrite edns0 nsid unset\n rewrite name a.org b.org\n template IN A b.org {\n  rcode NXDOMAIN\n }\n forward . 192.0.2.1\n}\n", "A a.org", "forward; 192.0.2.1"},
		{"an option that another block has set", "", "a.org {\n rewrite edns0 nsid set\n template IN A {\n  answer \"{{ .Name }} CNAME w.b.org.\"\n }\n}\n. {\n rewrite edns0 nsid replace\n rewrite name w.b.org b.org\n template IN A {\n  match ^b\n  answer \"{{ .Name }} 60 IN A 192.0.2.9\"\n  fallthrough\n }\n template IN A {\n  answer \"{{ .Name }} 60 IN A 192.0.2.7\"\n }\n}\n", "A a.org", "answer; a.org. 3600 IN CNAME w.b.org.; w.b.org. 60 IN A 192.0.2.7"},
		{"DS is of the parent", "", "org {\n forward . 192.0.2.1\n}\na.org {\n forward . 192.0.2.2\n}\n", "DS a.org", "forward; 192.0.2.1"},
		{"DS is not of the root", "", ". {\n forward . 192.0.2.1\n}\na.org {\n forward . 192.0.2.2\n}\n", "DS a.org", "forward; 192.0.2.2"},
		{"DS meets a block without plugins", "", "org {\n forward . 192.0.2.1\n}\na.org {\n}\n", "DS b.a.org", "refused"},
		{"capital letters", "", "A.org {\n forward . 192.0.2.1\n}\n", "A a.org", "forward; 192.0.2.1"},
		{"capital letters before 1.14.7", "1.13.1", "A.org {\n forward . 192.0.2.1\n}\n", "A a.org", "refused"},
		{"another port", "", "a.org:5353 {\n whoami\n}\n", "A a.org", "dropped"},
		{"another address", "", "a.org {\n bind 127.0.0.1\n whoami\n}\n", "A a.org", "dropped"},
		{"a network", "", "10.1.0.0/17 {\n forward . 192.0.2.1\n}\n", "PTR 1.127.1.10.in-addr.arpa", "forward; 192.0.2.1"},
		{"beside a network", "", "10.1.0.0/17 {\n forward . 192.0.2.1\n}\n", "PTR 1.128.1.10.in-addr.arpa", "refused"},
		{"a view", "", "a.org {\n view v {\n  expr incidr(client_ip(), '10.0.0.0/8')\n }\n forward . 192.0.2.1\n}\na.org {\n forward . 192.0.2.2\n}\n", "A a.org", "depends; 192.0.2.1; 192.0.2.2"},
		{"a view of names", "", views("name() endsWith '.b.a.org.' || name() in ['www.a.org.']"), "A WWW.a.org", "forward; 192.0.2.1"},
		{"a view of other names", "", views("name() endsWith '.b.a.org.' || name() in ['www.a.org.']"), "A a.org", "forward; 192.0.2.2"},
		{"a view of types", "", views("type() in ['A', 'AAAA'] and class() == 'IN'"), "MX a.org", "forward; 192.0.2.2"},
		{"a view of a name and of clients, and another name", "", views("name() == 'www.a.org.' && incidr(client_ip(), '10.0.0.0/8')"), "A a.org", "forward; 192.0.2.2"},
		{"a view of a name and of clients", "", views("name() == 'www.a.org.' && incidr(client_ip(), '10.0.0.0/8')"), "A www.a.org", "depends; 192.0.2.1; 192.0.2.2"},
		{"two expressions", "", views("incidr(client_ip(), '10.0.0.0/8')\n  expr type() == 'MX'"), "A www.a.org", "forward; 192.0.2.2"},
		{"an expression that takes long", "", views("any(1..100000, name() == 'www.a.org.')"), "A www.a.org", "depends; 192.0.2.1; 192.0.2.2"},
		{"an expression that fails", "", views("int(name()) == 1"), "A www.a.org", "depends; 192.0.2.1; 192.0.2.2"},
		{"no zone at all", "", "{\n errors\n}\n", "A a.org", "answer"},

		// hosts.
		{"an entry", "", fmt.Sprintf(hosts, ""), "A WWW.a.org", "answer; www.a.org. 3600 IN A 192.0.2.1"},
		{"another type of an entry", "", fmt.Sprintf(hosts, "fallthrough"), "MX www.a.org", "nodata"},
		{"no entry", "", fmt.Sprintf(hosts, ""), "A x.a.org", "servfail"},
		{"no entry and fallthrough", "", fmt.Sprintf(hosts, "fallthrough"), "A x.a.org", "forward; 192.0.2.53"},
		{"fallthrough for another zone", "", fmt.Sprintf(hosts, "fallthrough b.a.org"), "A x.a.org", "servfail"},
		{"the name of an address", "", ". {\n hosts {\n  192.0.2.1 www.a.org\n  ttl 60\n }\n}\n", "PTR 1.2.0.192.in-addr.arpa", "answer; 1.2.0.192.in-addr.arpa. 60 IN PTR www.a.org."},
		{"no_reverse", "", ". {\n hosts {\n  192.0.2.1 www.a.org\n  no_reverse\n }\n}\n", "PTR 1.2.0.192.in-addr.arpa", "servfail"},
		{"a wildcard", "", "a.org {\n hosts {\n  192.0.2.1 *.a.org\n }\n}\n", "A x.a.org", "answer; x.a.org. 3600 IN A 192.0.2.1"},
		{"a wildcard is one label", "", "a.org {\n hosts {\n  192.0.2.1 *.a.org\n }\n}\n", "A y.x.a.org", "servfail"},
		{"a wildcard before 1.14.5", "1.13.1", "a.org {\n hosts {\n  192.0.2.1 *.a.org\n }\n}\n", "A x.a.org", "servfail"},
		{"no entry for addresses", "", "10.in-addr.arpa {\n hosts /nowhere {\n  10.0.0.1 a.org\n  no_reverse\n }\n forward . 192.0.2.1\n}\n", "PTR 1.0.0.10.in-addr.arpa", "forward; 192.0.2.1"},
		{"the pod's own name", "", ". {\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A coredns-1", "depends"},

		// template.
		{"a template", "", "a.org {\n template IN A {\n  match ^(\\w+)[.]a[.]org[.]$\n  answer \"{{ .Name }} 60 IN CNAME {{ index .Match 1 }}.b.org.\"\n }\n}\n", "A x.a.org", "answer; x.a.org. 60 IN CNAME x.b.org."},
		{"no match", "", "a.org {\n template IN A {\n  match ^x\n }\n forward . 192.0.2.1\n}\n", "A y.a.org", "servfail"},
		{"no match and fallthrough", "", "a.org {\n template IN A {\n  match ^x\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A y.a.org", "forward; 192.0.2.1"},
		{"another type", "", "a.org {\n template IN A {\n  match ^x\n }\n forward . 192.0.2.1\n}\n", "AAAA x.a.org", "forward; 192.0.2.1"},
		{"a code", "", "a.org {\n template ANY ANY {\n  rcode NXDOMAIN\n }\n}\n", "A x.a.org", "nxdomain"},
		{"no record", "", "a.org {\n template IN A {\n  answer \"{{ .Name }} A 1.2.3\"\n }\n}\n", "A x.a.org", "servfail"},
		{"the client in a template", "", "a.org {\n template IN TXT {\n  answer \"{{ .Name }} TXT {{ .Remote }}\"\n }\n}\n", "TXT x.a.org", "depends"},
		{"a condition that is met", "", conditional("expr group('n') == 'x' && type() == 'A'"), "A x.a.org", "answer; x.a.org. 3600 IN A 192.0.2.7"},
		{"a condition that is not met", "", conditional("expr group(1) == 'y'"), "A x.a.org", "forward; 192.0.2.1"},
		{"a condition of the client", "", conditional("expr group(1) == 'x'\n  expr incidr(client_ip(), '10.0.0.0/8')"), "A x.a.org", "depends; 192.0.2.1"},
		{"a condition that takes long", "", conditional("expr any(1..9, name() == 'x')"), "A x.a.org", "depends; 192.0.2.1"},
		{"a condition that fails", "", conditional("expr 1 % (octet - 7) == 0"), "A x.a.org", "servfail"},
		{"template comes before hosts", "", "a.org {\n hosts {\n  192.0.2.1 www.a.org\n }\n template IN A {\n  rcode REFUSED\n }\n}\n", "A www.a.org", "refused"},

		// rewrite.
		{"exact", "", "a.org {\n rewrite name x.a.org www.a.org\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A x.a.org", "answer; x.a.org. 3600 IN A 192.0.2.1"},
		{"suffix leaves the owner of the answer", "", ". {\n rewrite name suffix .b.org .a.org\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A www.b.org", "answer; www.a.org. 3600 IN A 192.0.2.1"},
		{"answer auto", "", ". {\n rewrite name suffix .b.org .a.org answer auto\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A www.b.org", "answer; www.b.org. 3600 IN A 192.0.2.1"},
		{"regex", "", ". {\n rewrite name regex (.*)[.]b[.]org[.] {1}.a.org answer name (.*)[.]a[.]org[.] {1}.b.org\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A www.b.org", "answer; www.b.org. 3600 IN A 192.0.2.1"},
		{"continue leaves the question", "", ". {\n rewrite continue name suffix .b.org .a.org\n forward . 192.0.2.1\n}\n", "A www.b.org", "discarded; 192.0.2.1"},
		{"a rewritten name stays in its block", "", "b.org {\n rewrite name suffix .b.org .a.org\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A www.b.org", "servfail"},
		{"a target that an answer rule makes, which another one replaces", "", ". {\n rewrite continue cname suffix .c.org. .a.org.\n rewrite name suffix .c.org .a.org answer auto\n template IN CNAME {\n  answer \"{{ .Name }} CNAME www.a.org.\"\n }\n}\n", "CNAME x.c.org", "answer; x.c.org. 3600 IN CNAME www.a.org.; www.a.org. 3600 IN CNAME www.a.org."},
		{"a new target of a CNAME", "", ". {\n rewrite cname www.c.org. www.a.org.\n template IN A c.org {\n  answer \"{{ .Name }} CNAME www.c.org.\"\n  match ^x\n  fallthrough\n }\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", "A x.c.org", "answer; x.c.org. 3600 IN CNAME www.a.org.; www.a.org. 3600 IN A 192.0.2.1"},
		{"a new target, to be forwarded", "", ". {\n rewrite continue cname suffix .c.org. .a.org.\n template IN ANY c.org {\n  answer \"{{ .Name }} CNAME www.c.org.\"\n }\n forward . 192.0.2.1\n}\n", "MX x.c.org", "answer; x.c.org. 3600 IN CNAME www.a.org.; 192.0.2.1"},
		{"a new target that is another alias, before 1.14.2", "1.14.1", alias, "A x.c.org", "answer; x.c.org. 3600 IN CNAME w.a.org.; w.a.org. 3600 IN CNAME www.a.org."},
		{"a new target that is another alias", "", alias, "A x.c.org", "answer; x.c.org. 3600 IN CNAME w.a.org.; w.a.org. 3600 IN CNAME www.a.org.; www.a.org. 3600 IN A 192.0.2.1"},
		{"a new target that is no name", "", ". {\n rewrite cname suffix .org. .net\n template IN CNAME {\n  answer \"{{ .Name }} CNAME www.a.org.\"\n }\n}\n", "CNAME x.c.org", "depends"},
		{"a new target that leads back", "", ". {\n rewrite cname suffix .org. .org.\n template IN CNAME {\n  answer \"{{ .Name }} CNAME {{ .Name }}\"\n }\n}\n", "CNAME x.c.org", "depends"},
		{"a new target in place of the old one's records", "", ". {\n rewrite cname v.a.org. w.a.org.\n template IN A c.org {\n  answer \"{{ .Name }} CNAME v.a.org.\"\n }\n hosts {\n  192.0.2.1 v.a.org\n  192.0.2.2 w.a.org\n }\n}\n", "A x.c.org", "answer; x.c.org. 3600 IN CNAME w.a.org.; w.a.org. 3600 IN A 192.0.2.2"},
		{"a new target that an answer rule changes afterwards", "", ". {\n rewrite continue name suffix .c.org .a.org answer auto\n rewrite cname v.b.org. w.a.org.\n template IN CNAME {\n  answer \"{{ .Name }} CNAME v.b.org.\"\n  match ^x\n  fallthrough\n }\n hosts {\n  192.0.2.2 w.a.org\n }\n}\n", "CNAME x.c.org", "answer; x.c.org. 3600 IN CNAME w.c.org."},
		{"one of several CNAMEs gets a new target", "", ". {\n rewrite cname w.a.org. v.a.org.\n template IN CNAME {\n  answer \"{{ .Name }} CNAME w.a.org.\" \"w.a.org. CNAME x.a.org.\"\n }\n}\n", "CNAME x.c.org", "depends"},
		{"type", "", ". {\n rewrite type ANY HINFO\n template IN HINFO {\n  rcode NXDOMAIN\n }\n}\n", "ANY www.b.org", "nxdomain"},
		{"rcode", "", ". {\n rewrite rcode b.org NXDOMAIN NOERROR\n template IN A {\n  rcode NXDOMAIN\n }\n}\n", "A b.org", "nodata"},
		{"continue exact that fails before 1.14.7", "1.13.1", ". {\n rewrite continue name b.org a.org\n errors\n}\n", "A b.org", "discarded"},
		{"continue exact that fails", "", ". {\n rewrite continue name b.org a.org\n errors\n}\n", "A b.org", "servfail"},
		{"acl sees the name before rewrite", "1.13.1", ". {\n rewrite name b.org a.org\n acl a.org {\n  block\n }\n forward . 192.0.2.1\n}\n", "A b.org", "forward; 192.0.2.1"},
		{"acl sees the rewritten name since 1.14.3", "1.14.3", ". {\n rewrite name b.org a.org\n acl a.org {\n  block\n }\n forward . 192.0.2.1\n}\n", "A b.org", "refused"},

		// forward.
		{"the first forward wins", "", ". {\n forward a.org 192.0.2.1\n forward . 192.0.2.2 192.0.2.3:5353\n}\n", "A x.a.org", "forward; 192.0.2.1"},
		{"several servers", "", ". {\n forward a.org 192.0.2.1\n forward . 192.0.2.2 192.0.2.3:5353\n}\n", "A b.org", "forward; 192.0.2.2; 192.0.2.3:5353"},
		{"except", "", "a.org {\n forward a.org 192.0.2.1 {\n  except b.a.org\n }\n}\n", "A x.b.a.org", "servfail"},
		{"except never excludes FROM", "", "a.org {\n forward a.org 192.0.2.1 {\n  except org\n }\n}\n", "A a.org", "forward; 192.0.2.1"},
		{"to itself", "", ". {\n forward . 127.0.0.1\n}\n", "A a.org", "loop"},
		{"to itself with another name", "", ". {\n rewrite name a.org b.org\n hosts {\n  192.0.2.1 b.org\n  fallthrough\n }\n forward . 127.0.0.1\n}\n", "A a.org", "answer; a.org. 3600 IN A 192.0.2.1"},
		{"to itself with ever longer names", "", ". {\n rewrite name suffix .org .org.org\n forward . 127.0.0.1\n}\n", "A a.org", "loop"},

		// Others.
		{"acl refuses", "", ". {\n acl {\n  block type A\n }\n whoami\n}\n", "A a.org", "refused"},
		{"acl filters", "", ". {\n acl {\n  allow type AAAA\n  filter\n }\n whoami\n}\n", "A a.org", "nodata"},
		{"acl drops", "", ". {\n acl {\n  drop\n }\n whoami\n}\n", "A a.org", "dropped"},
		{"acl asks for the client", "", ". {\n acl {\n  block net 10.0.0.0/8\n }\n forward . 192.0.2.1\n}\n", "A a.org", "depends; 192.0.2.1"},
		{"any", "", ". {\n any\n forward . 192.0.2.1\n}\n", "ANY a.org", `answer; a.org. 8482 IN HINFO "ANY obsoleted" "See RFC 8482"`},
		{"local", "", ". {\n local\n forward . 192.0.2.1\n}\n", "A x.localhost", "answer; x.localhost. 604800 IN A 127.0.0.1"},
		{"local before 1.14.5", "1.13.1", ". {\n local\n forward . 192.0.2.1\n}\n", "A x.localhost", "nxdomain"},
		{"whoami", "", ". {\n whoami\n}\n", "A a.org", "answer"},
		{"dns64", "", ". {\n dns64 {\n  allow_ipv4\n }\n hosts {\n  192.0.2.1 a.org\n }\n}\n", "AAAA a.org", "answer; a.org. 600 IN AAAA 64:ff9b::c000:201"},
		{"kubernetes", "", "cluster.local {\n kubernetes\n}\n", "A a.b.svc.cluster.local", "depends"},
		{"a name that no cluster has", "", "cluster.local {\n kubernetes\n}\n", "A www.cluster.local", "nxdomain"},
		{"fallthrough of kubernetes", "", "cluster.local {\n kubernetes {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A www.cluster.local", "forward; 192.0.2.1"},
		{"autopath without pods verified", "", "cluster.local {\n autopath @kubernetes\n kubernetes\n}\n", "A www.org.ns.svc.cluster.local", "depends"},
		{"a file that is not known", "", "a.org {\n file db.a.org\n}\n", "A x.a.org", "depends"},
		{"etcd", "", ". {\n etcd\n forward . 192.0.2.1\n}\n", "A x.a.org", "depends"},
		{"etcd with fallthrough", "", ". {\n etcd {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A x.a.org", "depends; 192.0.2.1"},
		{"another zone than the cloud's", "", "a.org {\n azure group:b.a.org\n forward . 192.0.2.1\n}\n", "A x.a.org", "forward; 192.0.2.1"},
		{"the cloud's zone", "", "a.org {\n clouddns b.a.org:project:zone {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A x.b.a.org", "depends; 192.0.2.1"},
		{"the first of two uses that has the zone", "", "a.org {\n route53 b.a.org:1\n route53 a.org:2 {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A x.b.a.org", "depends"},
		{"the second of two uses has the zone", "", "a.org {\n route53 b.a.org:1\n route53 a.org:2 {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n", "A x.a.org", "depends; 192.0.2.1"},
		{"dynupdate", "", dynupdated, "A x.a.org", "depends"},
		{"beside dynupdate", "", dynupdated, "A x.c.org", "forward; 192.0.2.1"},
		{"grpc", "", "a.org {\n grpc b.a.org 192.0.2.2:443 {\n  except x.b.a.org\n }\n forward . 192.0.2.1\n}\n", "A b.a.org", "forward; 192.0.2.1"},
		{"grpc alone", "", "a.org {\n grpc a.org 192.0.2.2:443 {\n  except x.b.a.org\n }\n}\n", "A b.a.org", "forward; 192.0.2.2:443"},
		{"grpc with except", "", "a.org {\n grpc a.org 192.0.2.2:443 {\n  except x.b.a.org\n }\n whoami\n}\n", "A y.x.b.a.org", "answer"},
		{"grpc with fallthrough", "", "a.org {\n grpc . 192.0.2.2:443 {\n  fallthrough\n }\n whoami\n}\n", "A a.org", "depends; 192.0.2.2:443"},
		{"nomad compares no zone", "", ". {\n nomad\n}\n", "A x.y.a.org", "depends"},
		{"a name too short for nomad", "", ". {\n nomad\n}\n", "A x.a.org", "servfail"},
		{"siit and AAAA", "", "a.org {\n siit {\n  ipv6_prefix 64:ff9b::/96\n }\n hosts {\n  2001:db8::1 a.org\n }\n}\n", "AAAA a.org", "answer; a.org. 3600 IN AAAA 2001:db8::1"},
		{"siit of a name without A records", "", "a.org {\n siit {\n  ipv6_prefix 64:ff9b::/96\n }\n hosts {\n  2001:db8::1 a.org\n }\n}\n", "A a.org", "depends"},
		{"siit of a name with A records", "", "a.org {\n siit {\n  ipv6_prefix 64:ff9b::/96\n }\n hosts {\n  192.0.2.1 a.org\n }\n}\n", "A a.org", "answer; a.org. 3600 IN A 192.0.2.1"},
		{"siit and an upstream", "", "a.org {\n siit {\n  ipv6_prefix 64:ff9b::/96\n }\n forward . 192.0.2.1\n}\n", "A a.org", "depends; 192.0.2.1"},
		{"tsig requires a signature", "", "a.org {\n tsig {\n  require TXT\n }\n forward . 192.0.2.1\n}\n", "TXT a.org", "refused"},
		{"tsig requires a signature of other types", "", "a.org {\n tsig {\n  require TXT\n }\n forward . 192.0.2.1\n}\n", "A a.org", "forward; 192.0.2.1"},
		{"tsig requires a signature of all queries", "", "a.org {\n tsig b.a.org {\n  require_opcode QUERY\n }\n forward . 192.0.2.1\n}\n", "A x.b.a.org", "refused"},
		{"tsig of another zone", "", "a.org {\n tsig b.a.org {\n  require all\n }\n forward . 192.0.2.1\n}\n", "A x.a.org", "forward; 192.0.2.1"},
		{"the environment", "", ". {\n forward . {$UP}\n}\n", "A x.a.org", "depends"},
		{"a zone of the environment", "", "{$ZONE} {\n whoami\n}\na.org {\n forward . 192.0.2.1\n}\n", "A x.a.org", "depends; 192.0.2.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.release == "" {
				test.release = "1.15.0"
			}
			s := server(t, test.release, test.corefile)
			r := query.System{s}.Ask(s, question(t, test.question))
			if got := end(r.End); got != test.want {
				t.Errorf("%s ends with %q, want %q; steps:\n%s", test.question, got, test.want, steps(r))
			}
			if (r.Outcome == query.Depends) != (len(r.On) > 0) {
				t.Errorf("it is %s on %q", r.Outcome, r.On)
			}
		})
	}
}

// steps are the steps of a way, one a line.
func steps(r query.Result) string {
	var text strings.Builder
	for _, s := range r.Steps {
		if s.If != "" {
			fmt.Fprintf(&text, "if %s: ", s.If)
		}
		fmt.Fprintf(&text, "%s %s %s %s:%d %s\n", s.Server, s.Block, s.Plugin, s.File, s.Line, s.Does)
	}
	return text.String()
}

func TestSteps(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", "example.org {\n cache\n rewrite name www.example.org web.example.org\n hosts {\n  192.0.2.1 example.org\n  192.0.2.2 web.example.org\n }\n}\n")
	got := steps(query.System{s}.Ask(s, question(t, "A www.example.org")))
	const want = `coredns example.org  Corefile:1 takes A www.example.org.
coredns example.org rewrite Corefile:3 rewrites A www.example.org. to A web.example.org.
coredns example.org cache Corefile:2 may answer from what it has kept of an earlier answer
coredns example.org hosts Corefile:6 answers A web.example.org.
`
	if got != want {
		t.Errorf("steps:\n%s\nwant:\n%s", got, want)
	}
}

// chained returns node-local-dns in front of CoreDNS, as clusters have them.
func chained(t testing.TB, local, behind string) query.System {
	t.Helper()
	front, coreDNS := server(t, "1.13.1", local), server(t, "1.15.0", behind)
	front.Name, front.Local, front.HostNetwork = "node-local-dns", []string{"169.254.20.10", "10.96.0.10"}, true
	coreDNS.Services = []string{"10.96.0.10", "10.96.0.11"}
	return query.System{front, coreDNS}
}

func TestChains(t *testing.T) {
	t.Parallel()
	const bound = " bind 169.254.20.10 10.96.0.10\n"
	for _, test := range []struct{ name, local, behind, question, want string }{
		{"CoreDNS answers", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", "a.org {\n hosts {\n  192.0.2.1 a.org\n }\n}\n", "A a.org", "answer; a.org. 3600 IN A 192.0.2.1"},
		{"CoreDNS refuses", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", "a.org {\n whoami\n}\n", "A b.org", "refused"},
		{"CoreDNS drops it", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", ". {\n acl {\n  drop\n }\n}\n", "A b.org", "servfail"},
		{"CoreDNS replies to another question", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", ". {\n rewrite continue name suffix b.org a.org\n whoami\n}\n", "A b.org", "servfail"},
		{"CoreDNS asks another server and replies to another question", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", ". {\n rewrite continue name suffix b.org a.org\n forward . 192.0.2.1\n}\n", "A b.org", "servfail; 192.0.2.1"},
		{"the address of the cluster's DNS is its own", ".:53 {\n" + bound + " forward . 10.96.0.10\n}\n", ". {\n whoami\n}\n", "A b.org", "loop"},
		{"CoreDNS asks back", ".:53 {\n" + bound + " forward . 10.96.0.11\n}\n", ". {\n forward . 169.254.20.10\n}\n", "A b.org", "loop"},
		{"a block without bind is not reached", ".:53 {\n" + bound + " forward . 192.0.2.1\n}\na.org {\n whoami\n}\n", "", "A a.org", "forward; 192.0.2.1"},
		{"the node's resolver", ".:53 {\n" + bound + " forward . 127.0.0.53\n}\n", "", "A a.org", "forward; 127.0.0.53"},
		{"the node's resolver beside a block without bind", ".:53 {\n" + bound + " forward . 127.0.0.53\n}\nb.org {\n whoami\n}\n", "", "A a.org", "depends; 127.0.0.53"},
		{"one of two is CoreDNS", ".:53 {\n" + bound + " forward . 10.96.0.11 192.0.2.1\n}\n", ". {\n forward . 192.0.2.2\n}\n", "A a.org", "depends; 192.0.2.2; 192.0.2.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := chained(t, test.local, test.behind)
			r := s.Ask(s[0], question(t, test.question))
			if got := end(r.End); got != test.want {
				t.Errorf("%s ends with %q, want %q; steps:\n%s", test.question, got, test.want, steps(r))
			}
		})
	}
}

// TestAllOutcomesAreTold is about what depends on something.
func TestAllOutcomesAreTold(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", "cluster.local {\n kubernetes {\n  fallthrough\n }\n forward . 192.0.2.1\n}\n")
	r := query.System{s}.Ask(s, question(t, "A a.b.svc.cluster.local"))
	var got []string
	for _, e := range r.Cases {
		got = append(got, e.If+": "+end(e))
	}
	want := []string{
		"the cluster has such a record: answer",
		"the cluster has the name, but no such record: nodata",
		"the cluster does not have the name: forward; 192.0.2.1",
	}
	if !slices.Equal(got, want) || !slices.Equal(r.On, []string{"the Services and Pods of the cluster"}) {
		t.Errorf("cases %q on %q, want %q", got, r.On, want)
	}
}

// TestEveryPluginHasAModel keeps what a plugin does from being unknown.
func TestEveryPluginHasAModel(t *testing.T) {
	t.Parallel()
	for _, name := range plugin.Names() {
		for _, example := range plugin.Examples(name) {
			s := server(t, "1.15.0", example.Text)
			for i := range s.Blocks {
				zone := s.Blocks[i].Zones[0]
				r := query.System{s}.AskAt(s, "", zone.Port, query.Question{Name: "www." + strings.TrimPrefix(zone.Name, "."), Type: dns.TypeA})
				for _, on := range r.On {
					if strings.Contains(on, "what the plugin") {
						t.Errorf("it depends on %s on\n%s", on, example.Text)
					}
				}
			}
		}
	}
}

// TestAutoHandsOn names of zones that it has no file of, which the text does not tell.
func TestAutoHandsOn(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", "a.org {\n auto {\n  directory /zones\n }\n forward . 192.0.2.1\n}\n")
	r := query.System{s}.Ask(s, question(t, "A www.a.org"))
	if !slices.Equal(r.Upstreams, []string{"192.0.2.1"}) {
		t.Errorf("upstreams %q, want the one behind auto", r.Upstreams)
	}
}

// TestWaysAreBounded is about a query that could go in circles in more orders than anyone waits
// for.
func TestWaysAreBounded(t *testing.T) {
	t.Parallel()
	s := server(t, "1.15.0", ". {\n forward . 127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9 127.0.0.10\n}\n")
	if r := (query.System{s}).Ask(s, question(t, "A a.org")); r.Outcome != query.Depends {
		t.Errorf("the outcome is %s", r.Outcome)
	}
}
