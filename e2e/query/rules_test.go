package query

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	file "corewarden/corefile"
	"corewarden/corefile/danger"
	judge "corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/docs"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
	"corewarden/e2e/servers"
)

// A claim is what a rule says of its example on the page: what becomes of a question, and what
// does once the remedy is taken.
type claim struct {
	rule string
	// on is the server that it is of, if not the newest CoreDNS. Those that the tests do not have
	// are asked where -servers chooses them.
	on parts.Part
	// example is another one than that on the page.
	example string
	// beside is a text that the server loads too.
	beside string
	// at is the address that is asked, if not 127.0.0.1.
	at       string
	question string
	want     query.End
	// remedy are words of the example, each followed by those to write instead.
	remedy []string
	then   query.End
}

const clusterBlock = ". {\n forward . 127.0.0.1:5303\n}\n"

var (
	first, second, third = forwarded(0), forwarded(1), forwarded(2)
	failed               = query.End{Outcome: query.ServFail, Rcode: "SERVFAIL"}
)

func forwarded(upstream int) query.End {
	return query.End{Outcome: query.Forward, Upstreams: upstreams[upstream : upstream+1]}
}

var claims = []claim{
	{
		rule: danger.RuleDiscarded, question: "A www.example.org.", want: query.End{Outcome: query.Discarded, Upstreams: upstreams[:1]},
		remedy: []string{"rewrite continue", "rewrite stop"}, then: first,
	},
	{
		rule: danger.RuleForwardingLoop, question: "A www.example.org.", want: query.End{Outcome: query.Loop},
		remedy: []string{"forward . 127.0.0.1", "forward . 127.0.0.1:5301"}, then: first,
	},
	{
		rule: danger.RuleMissingBind, beside: ". {\n bind " + dnsserver.LinkLocal + "\n forward . 127.0.0.1:5303\n}\n", at: dnsserver.LinkLocal,
		question: "A www.example.org.", want: third,
		remedy: []string{"forward", "bind " + dnsserver.LinkLocal + "\n    forward"}, then: first,
	},
	{
		rule: danger.RuleShadowedZone, beside: clusterBlock, question: "A kubernetes.default.svc.cluster.local.", want: failed,
		remedy: []string{"svc.cluster.local", "example.org"}, then: third,
	},
	{
		rule: danger.RuleUnanswered, question: "A app.example.org.", want: failed,
		remedy: []string{"errors", "forward . 127.0.0.1:5301"}, then: first,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.corp.example.org.", want: first,
		remedy: []string{"forward . 127.0.0.1:5301\n    forward corp.example.org 127.0.0.1:5302", "forward corp.example.org 127.0.0.1:5302\n    forward . 127.0.0.1:5301"}, then: second,
	},
	{
		rule: danger.RuleDiscarded, question: "AAAA app.example.org.", want: query.End{Outcome: query.Discarded},
		example: "example.org {\n dns64 {\n  allow_ipv4\n }\n rewrite name app.example.org www.example.org\n hosts {\n  192.0.2.1 www.example.org\n }\n}\n",
		remedy:  []string{" dns64 {\n  allow_ipv4\n }\n", ""}, then: query.End{Outcome: query.NoData, Rcode: "NOERROR"},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: first,
		example: "example.org {\n template IN A {\n  match ^www[.]example[.]org$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"org$", "org[.]$"}, then: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
	},
	{
		rule: danger.RuleUnreachable, question: "A app.example.org.", want: first,
		example: "example.org {\n rewrite name regex ^APP[.](.*)[.]$ www.{1}\n hosts {\n  192.0.2.1 www.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"APP", "app"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleUnreachable, question: "A x.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		example: "example.org {\n view v {\n  expr name() endsWith '.example.org'\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"org'", "org.'"}, then: first,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.dev.example.org.", want: second,
		example: "example.org {\n hosts {\n  192.0.2.1 www.dev.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\ndev.example.org {\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{"{\n forward . 127.0.0.1:5302", "{\n hosts {\n  192.0.2.1 www.dev.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5302"},
		then:    query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: first,
		example: "example.org {\n forward . 127.0.0.1:5301\n}\nexample.org {\n view v {\n  expr type() == 'A'\n }\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{"example.org {\n forward . 127.0.0.1:5301\n}\n", "", " forward . 127.0.0.1:5302\n}\n", " forward . 127.0.0.1:5302\n}\nexample.org {\n forward . 127.0.0.1:5301\n}\n"}, then: second,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", at: dnsserver.LinkLocal, want: query.End{Outcome: query.Dropped},
		example: "example.org {\n bind 127.0.0.1\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{" bind 127.0.0.1\n", ""}, then: first,
	},
	{
		rule: danger.RuleUnreachable, beside: clusterBlock, question: "A www.example.org.", want: third,
		example: "example.org:5353 {\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"5353", "53"}, then: first,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
		example: "example.org {\n template IN A {\n  rcode NXDOMAIN\n }\n hosts {\n  192.0.2.1 www.example.org\n }\n}\n",
		remedy:  []string{" template IN A {\n  rcode NXDOMAIN\n }\n", ""}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: first,
		example: "example.org {\n rewrite name www.example.org web.example.org\n hosts {\n  192.0.2.1 www.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{" rewrite name www.example.org web.example.org\n", ""}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.net.", want: second,
		example: "example.org {\n acl example.net {\n  block\n }\n forward . 127.0.0.1:5301\n}\nexample.net {\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{" acl example.net {\n  block\n }\n", "", "example.net {\n forward", "example.net {\n acl {\n  block\n }\n forward"}, then: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: first,
		example: "example.org {\n rewrite ttl suffix example.org 30\n rewrite name www.example.org web.example.org\n hosts {\n  192.0.2.1 web.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"rewrite ttl", "rewrite continue ttl"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.net.", want: second,
		example: "example.org {\n rewrite name www.example.net www.example.org\n forward . 127.0.0.1:5301\n}\nexample.net {\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{" rewrite name www.example.net www.example.org\n", "", "{\n forward . 127.0.0.1:5302", "{\n rewrite name www.example.net www.example.org\n forward example.org 127.0.0.1:5301\n forward . 127.0.0.1:5302"}, then: first,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		example: "example.org {\n acl {\n  block\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{" acl {\n  block\n }\n", ""}, then: first,
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: first,
		example: "example.org {\n view v {\n  expr true\n }\n forward . 127.0.0.1:5301\n}\nexample.org {\n view w {\n  expr type() == 'A'\n }\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{"expr true", "expr type() != 'A'"}, then: second,
	},
	{
		rule: danger.RuleUnanswered, question: "A www.example.org.", want: failed,
		example: "example.org {\n rewrite name www.example.org www.example.net\n forward example.org 127.0.0.1:5301\n}\n",
		remedy:  []string{"forward example.org", "forward ."}, then: first,
	},
	{
		rule: danger.RuleUnanswered, question: "A www.example.org.", want: failed,
		example: "example.org {\n rewrite name regex (.*)[.]example[.]org(.*) {1}.example.net{2}\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"org(.*)", "org[.]", "net{2}", "net"}, then: first,
	},
	{
		rule: plugin.RuleIgnored, question: "AAAA www.example.org.", want: query.End{Outcome: query.NoData, Rcode: "NOERROR"},
		example: "example.org {\n dns64\n hosts {\n  192.0.2.1 www.example.org\n }\n}\n",
		remedy:  []string{"dns64\n", "dns64 {\n  allow_ipv4\n }\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: plugin.RuleIgnored, question: "A www.example.org.", want: failed,
		example: "example.org {\n hosts {\n }\n}\n",
		remedy:  []string{"hosts {\n", "hosts {\n  192.0.2.1 www.example.org\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: plugin.RuleSilentZone, question: "A www.example.org.", want: failed,
		example: "example.org {\n forward 127.0.0.2 127.0.0.1:5301\n}\n",
		remedy:  []string{"forward 127.0.0.2", "forward ."}, then: first,
	},
	{
		rule: plugin.RuleOldBehaviour, on: parts.NodeCache1267, question: "A www.example.org.", want: first,
		example: "example.org {\n hosts {\n  192.0.2.1 *.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"hosts {\n  192.0.2.1 *.example.org\n", "template IN A {\n  answer \"{{ .Name }} A 192.0.2.1\"\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: plugin.RuleOldBehaviour, on: parts.NodeCache1267, question: "A www.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		example: "Example.org {\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"Example", "example"}, then: first,
	},
	{
		rule: plugin.RuleOldBehaviour, on: parts.CoreDNS1143, question: "A x.localhost.", want: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
		example: ". {\n local\n}\n",
		remedy:  []string{" local\n", " template IN A localhost {\n  answer \"{{ .Name }} A 127.0.0.1\"\n }\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: plugin.RuleOldBehaviour, question: "A x.localhost.", want: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
		example: ". {\n local\n}\n",
		remedy:  []string{" local\n", " errors\n"}, then: failed,
	},
	{rule: file.RuleGluedComment, question: "A www.example.org.", want: first, remedy: []string{"5301#5353", "5302"}, then: second},
	{
		rule: judge.RuleSuspiciousZone, question: "A www.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		example: "example.org:127.0.0.1:53 {\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"org:127.0.0.1:53 {\n", "org {\n bind 127.0.0.1\n"}, then: first,
	},
	{
		rule: judge.RuleDefaultServer, question: "A www.example.org.", want: query.End{Outcome: query.Answer, Rcode: "NOERROR"},
		example: "{\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"{", ". {"}, then: first,
	},
	{
		rule: judge.RuleZonelessBlock, beside: "example.net {\n whoami\n}\n", question: "A www.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		remedy: []string{"{", "example.org {"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR"},
	},
	{
		rule: danger.RuleWrongAnswer, question: "A app.example.org.", want: first,
		example: "example.org {\n template IN CNAME {\n  match ^app[.]\n  answer \"{{ .Name }} 60 IN CNAME example.net.\"\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"IN CNAME {", "IN A {"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: danger.RuleWrongAnswer, question: "AAAA app.example.org.", want: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true, Answers: []dns.RR{record("app.example.org. A 192.0.2.1")}},
		example: "example.org {\n template ANY ANY {\n  answer \"{{ .Name }} 60 IN A 192.0.2.1\"\n }\n}\n",
		remedy:  []string{"ANY ANY {", "IN AAAA {\n }\n template IN A {"}, then: query.End{Outcome: query.NoData, Rcode: "NOERROR"},
	},
	{
		rule: danger.RuleUnreachable, question: "A www.example.org.", want: second,
		example: "org {\n rewrite name suffix .example.org .example.net\n forward . 127.0.0.1:5301\n}\nexample.org {\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{"\nexample.org {\n", "\nother.org {\n"}, then: first,
	},
	{
		rule: plugin.RuleIgnored, question: "A 7-x.example.org.", want: failed,
		example: "example.org {\n template IN A {\n  match ^(?P<a>\\d+)-\n  answer \"{{ .Name }} A 192.0.2.{{ .Group.b }}\"\n }\n}\n",
		remedy:  []string{"<a>", "<b>"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: plugin.RuleIgnored, question: "A www.example.org.", want: failed,
		example: "example.org {\n rewrite name www.example.org 192.0.2.1\n template IN A example.org {\n  rcode NXDOMAIN\n }\n hosts {\n }\n}\n",
		remedy:  []string{" rewrite name www.example.org 192.0.2.1\n", ""}, then: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
	},
	{
		rule: plugin.RuleSilentZone, question: "A www.example.org.", want: first,
		example: "example.org {\n forward . 127.0.0.1:5301 {\n  except *.example.org\n }\n forward . 127.0.0.1:5302\n}\n",
		remedy:  []string{"*.example.org", "www.example.org"}, then: second,
	},
	{rule: danger.RuleWrongAnswer, question: "A www.example.org.", want: first, remedy: []string{"NXDOMAIN", "NOERROR"}, then: first},
	{
		rule: danger.RuleWrongAnswer, question: "AAAA www.example.org.", want: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
		remedy: []string{"NXDOMAIN", "NOERROR"}, then: query.End{Outcome: query.NoData, Rcode: "NOERROR"},
	},
}

func record(text string) dns.RR {
	rr, err := dns.NewRR(text)
	if err != nil {
		panic(err)
	}
	return rr
}

// exampleOf returns the example of a rule on the page, with our servers in the place of others
// and the server itself in that of the cluster's DNS.
func exampleOf(t *testing.T, rule string) string {
	t.Helper()
	i := slices.IndexFunc(docs.Rules(), func(r docs.Rule) bool { return r.ID == rule })
	if i < 0 {
		t.Fatalf("the page does not have %s", rule)
	}
	_, rest, found := strings.Cut(docs.Rules()[i].Text, "```corefile\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("%s has no example", rule)
	}
	return strings.NewReplacer("10.0.0.53", "127.0.0.1:5301", "10.0.0.54", "127.0.0.1:5302", "10.240.16.10", "127.0.0.1").Replace(example)
}

// TestExamplesOfRulesAreTrue asks a real server what becomes of the names in the examples, and
// in these after the remedy.
func TestExamplesOfRulesAreTrue(t *testing.T) {
	t.Parallel()
	for _, c := range claims {
		if !chosen(cmp.Or(c.on, parts.CoreDNS1150)) {
			t.Logf("%s is not among the servers, so what %s says of it is not asked", c.on, c.rule)
			continue
		}
		t.Run(c.rule+" "+c.question, func(t *testing.T) {
			t.Parallel()
			binary, r := built(t, cmp.Or(c.on, parts.CoreDNS1150))
			example := c.example
			if example == "" {
				example = exampleOf(t, c.rule)
			}
			remedied := strings.NewReplacer(c.remedy...).Replace(example)
			if remedied == example {
				t.Fatalf("the example has none of %q:\n%s", c.remedy, example)
			}
			c.holds(t, binary, r, c.beside+example, c.want)
			c.holds(t, binary, r, c.beside+remedied, c.then)
		})
	}
}

// chosen reports whether a server is one to ask.
func chosen(part parts.Part) bool {
	match := regexp.MustCompile(*some)
	return slices.ContainsFunc(servers.All(), func(s servers.Server) bool {
		return s.Part == part && (s.Built() || *some != "" && match.MatchString(s.Name))
	})
}

// holds compares an end with what the real server does and with what we say of it.
func (c claim) holds(t *testing.T, binary string, r release.Release, text string, want query.End) {
	t.Helper()
	typ, name, _ := strings.Cut(c.question, " ")
	q := query.Question{Name: name, Type: dns.StringToType[typ]}
	address := c.at
	if address == "" {
		address = "127.0.0.1"
	}
	model := modelOf(t, r, text)
	if said := (query.System{model}).AskAt(model, address, "53", q); said.Outcome != want.Outcome || !slices.Equal(said.Upstreams, want.Upstreams) {
		t.Errorf("%s: we say %s %v, want %s %v on\n%s", c.question, said.Outcome, said.Upstreams, want.Outcome, want.Upstreams, text)
	}
	server, stop := start(t, []string{binary}, []string{text})
	defer stop()
	patience := time.Minute
	if want.Outcome == query.Loop {
		patience = time.Second
	}
	if wrong := server.ask(t, "udp", net.JoinHostPort(address, "53"), q, patience).agrees(want, q, false); wrong != "" {
		t.Errorf("%s: want %s, but %s on\n%s", c.question, want.Outcome, wrong, text)
	}
}

// newest returns the newest CoreDNS.
func newest(t *testing.T) (binary string, r release.Release) {
	t.Helper()
	return built(t, parts.CoreDNS1150)
}

// built returns one of the servers that are compared.
func built(t *testing.T, part parts.Part) (binary string, r release.Release) {
	t.Helper()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	binaries, err := parts.Build(t.Context(), os.Stderr, part)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range servers.All() {
		if s.Part == part {
			if r, err = s.Release(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return binaries[part], r
}

// TestMissingBindStopsAServerBesideAResolver of the node, which has port 53 on one address.
func TestMissingBindStopsAServerBesideAResolver(t *testing.T) {
	t.Parallel()
	binary, _ := newest(t)
	other, err := dnsserver.NewNetwork()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Leave()
	var resolver net.PacketConn
	other.Do(func() { resolver, err = net.ListenPacket("udp", "127.0.0.1:53") }) // CoreDNS shares its ports with others
	if err != nil {
		t.Fatal(err)
	}
	defer resolver.Close()
	example := exampleOf(t, danger.RuleMissingBind)
	try := func(text string) error {
		s, err := dnsserver.StartIn(t.Context(), other, binary, dnsserver.Configuration{Main: text})
		if err != nil {
			return err
		}
		return s.Stop()
	}
	var refusal *dnsserver.Refusal
	if err := try(example); !errors.As(err, &refusal) || !refusal.CannotListen() {
		t.Errorf("the server ends with %v, want that port 53 is taken", err)
	}
	if err := try(strings.Replace(example, "{\n", "{\n bind "+dnsserver.LinkLocal+"\n", 1)); err != nil {
		t.Errorf("with a bind: %v", err)
	}
}

// TestMinimalBesideDebugEndsTheServer of a release before that from which on it does not.
func TestMinimalBesideDebugEndsTheServer(t *testing.T) {
	t.Parallel()
	for part, ends := range map[parts.Part]bool{parts.CoreDNS1143: true, parts.CoreDNS1150: false} {
		if !chosen(part) {
			t.Logf("%s is not among the servers, so it is not asked", part)
			continue
		}
		binary, _ := built(t, part)
		s, err := dnsserver.Start(t.Context(), binary, dnsserver.Configuration{Main: ". {\n minimal\n debug\n hosts {\n  192.0.2.1 example.org\n }\n}\n"})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = s.Query(t.Context(), "127.0.0.1:53", "www.example.org", dns.TypeA) // the server may end before it answers
		limited, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if !ends {
			limited, cancel = context.WithTimeout(t.Context(), time.Second)
		}
		if err := s.Wait(limited); (err != nil) != ends {
			t.Errorf("%s ends with %v, want that it ends: %v", part, err, ends)
		}
		cancel()
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// TestUnencryptedIsServedWithoutTLS shows what a zone for DNS over TLS is without a certificate.
func TestUnencryptedIsServedWithoutTLS(t *testing.T) {
	t.Parallel()
	binary, _ := newest(t)
	server, stop := start(t, []string{binary}, []string{exampleOf(t, danger.RuleUnencrypted)})
	defer stop()
	q := query.Question{Name: "www.example.org.", Type: dns.TypeA}
	if wrong := server.ask(t, "tcp", "127.0.0.1:853", q, 10*time.Second).agrees(first, q, false); wrong != "" {
		t.Errorf("without TLS: %s", wrong)
	}
	server.clients.Do(func() {
		limited, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // whatever certificate it has
		if conn, err := dialer.DialContext(limited, "tcp", "127.0.0.1:853"); err == nil {
			t.Errorf("it speaks TLS at %s", conn.RemoteAddr())
		}
	})
}
