package query

import (
	"github.com/miekg/dns"

	file "corewarden/corefile"
	"corewarden/corefile/danger"
	judge "corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
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
		rule: reader.RuleIgnored, question: "AAAA www.example.org.", want: query.End{Outcome: query.NoData, Rcode: "NOERROR"},
		example: "example.org {\n dns64\n hosts {\n  192.0.2.1 www.example.org\n }\n}\n",
		remedy:  []string{"dns64\n", "dns64 {\n  allow_ipv4\n }\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: reader.RuleIgnored, question: "A www.example.org.", want: failed,
		example: "example.org {\n hosts {\n }\n}\n",
		remedy:  []string{"hosts {\n", "hosts {\n  192.0.2.1 www.example.org\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: reader.RuleSilentZone, question: "A www.example.org.", want: failed,
		example: "example.org {\n forward 127.0.0.2 127.0.0.1:5301\n}\n",
		remedy:  []string{"forward 127.0.0.2", "forward ."}, then: first,
	},
	{
		rule: reader.RuleOldBehaviour, on: parts.NodeCache1267, question: "A www.example.org.", want: first,
		example: "example.org {\n hosts {\n  192.0.2.1 *.example.org\n  fallthrough\n }\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"hosts {\n  192.0.2.1 *.example.org\n", "template IN A {\n  answer \"{{ .Name }} A 192.0.2.1\"\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: reader.RuleOldBehaviour, on: parts.NodeCache1267, question: "A www.example.org.", want: query.End{Outcome: query.Refused, Rcode: "REFUSED"},
		example: "Example.org {\n forward . 127.0.0.1:5301\n}\n",
		remedy:  []string{"Example", "example"}, then: first,
	},
	{
		rule: reader.RuleOldBehaviour, on: parts.CoreDNS1143, question: "A x.localhost.", want: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
		example: ". {\n local\n}\n",
		remedy:  []string{" local\n", " template IN A localhost {\n  answer \"{{ .Name }} A 127.0.0.1\"\n }\n"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: reader.RuleOldBehaviour, question: "A x.localhost.", want: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
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
		rule: reader.RuleIgnored, question: "A 7-x.example.org.", want: failed,
		example: "example.org {\n template IN A {\n  match ^(?P<a>\\d+)-\n  answer \"{{ .Name }} A 192.0.2.{{ .Group.b }}\"\n }\n}\n",
		remedy:  []string{"<a>", "<b>"}, then: query.End{Outcome: query.Answer, Rcode: "NOERROR", Partial: true},
	},
	{
		rule: reader.RuleIgnored, question: "A www.example.org.", want: failed,
		example: "example.org {\n rewrite name www.example.org 192.0.2.1\n template IN A example.org {\n  rcode NXDOMAIN\n }\n hosts {\n }\n}\n",
		remedy:  []string{" rewrite name www.example.org 192.0.2.1\n", ""}, then: query.End{Outcome: query.NXDomain, Rcode: "NXDOMAIN"},
	},
	{
		rule: reader.RuleSilentZone, question: "A www.example.org.", want: first,
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
