package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
)

// TestSurvey is what no question in the zones of a block comes to, with the lines of those that
// keep the questions, and which addresses nothing answers.
func TestSurvey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, block string
		want        string
	}{
		{"everything is met", "errors\ncache\nhosts {\n192.0.2.1 www.a.org\nfallthrough\n}\nforward . 192.0.2.1", ""},
		{"a forward behind another", "forward . 192.0.2.1\nforward . 192.0.2.2", "forward 3 by 2"},
		{"a forward of a part behind another", "forward . 192.0.2.1\nforward b.a.org 192.0.2.2", "forward 3 by 2"},
		{"a forward of what another leaves", "forward . 192.0.2.1 {\nexcept b.a.org\n}\nforward . 192.0.2.2", ""},
		{"a forward that stands in for another", "forward . 192.0.2.1 {\nnext NXDOMAIN\n}\nforward . 192.0.2.2", ""},
		{"two forwards of all zones, and another", "forward a.org 192.0.2.1\nforward c.org 192.0.2.2\nforward . 192.0.2.3", "forward 4 by 2,3"},
		{"outside of the zones", "forward a.net 192.0.2.1\nforward . 192.0.2.2", "forward 2"},
		{"outside of the zones, but for a rewrite", "rewrite name www.a.org www.a.net\nforward a.net 192.0.2.1\nforward . 192.0.2.2", ""},
		{"a rewrite to many names", "rewrite name regex (.*)a.org.$ {1}b.net\nforward a.net 192.0.2.1\nforward . 192.0.2.2", ""},
		{"a rewrite of suffixes", "rewrite name suffix .a.org .a.net\nforward a.net 192.0.2.1\nforward b.net 192.0.2.2\nforward . 192.0.2.2", "forward 4"},
		{"behind a template", "template ANY ANY {\nrcode NXDOMAIN\n}\nforward . 192.0.2.1", "forward 5 by 2"},
		{"behind a template that matches some names", "template ANY ANY {\nmatch ^x\nrcode NXDOMAIN\n}\nforward . 192.0.2.1", "forward 6 by 2"},
		{"behind a template that hands on", "template ANY ANY {\nmatch ^x\nrcode NXDOMAIN\nfallthrough\n}\nforward . 192.0.2.1", ""},
		{"behind a template of one type", "template IN A {\nrcode NXDOMAIN\n}\nforward . 192.0.2.1", ""},
		{"a template of a type behind one of all", "template ANY ANY {\nrcode NXDOMAIN\n}\ntemplate IN HTTPS {\nrcode NOERROR\n}", "template 5 by 2"},
		{"behind a zone file", "file db\nforward . 192.0.2.1", "forward 3 by 2"},
		{"behind a zone file of one of the zones", "file db a.org\nforward . 192.0.2.1", ""},
		{"a zone file of a zone that a later one has", "file db\nfile db2\n", "file 2 by 3"},
		{"files that auto finds", "auto {\ndirectory /zones\n}\nforward . 192.0.2.1", ""},
		{"behind hosts", "hosts {\n192.0.2.1 www.a.org\n}\nwhoami", ""}, // which answers PTR
		{"behind whoami", "forward b.net 192.0.2.1\nwhoami", "forward 2"},
		{"behind etcd", "etcd\nforward . 192.0.2.1", "forward 3 by 2"},
		{"behind a cloud", "azure group:a.org group:c.org {\nfallthrough\n}\nforward . 192.0.2.1", ""},
		{"a cloud that keeps one zone", "route53 a.org:1\nroute53 c.org:2 {\nfallthrough\n}\nforward . 192.0.2.1", ""},
		{"behind two clouds", "route53 a.org:1\nclouddns c.org:2:3\nforward . 192.0.2.1", "forward 4 by 2,3"},
		{"another zone than the cloud's", "azure group:a.net\nforward . 192.0.2.1", "azure 2"},
		{"a cloud behind another", "route53 a.org:1 c.org:1\nroute53 b.a.org:2", "route53 3 by 2"},
		{"behind grpc", "forward a.org 192.0.2.1\ngrpc . 192.0.2.1", ""},
		{"grpc behind forward", "forward . 192.0.2.1\ngrpc . 192.0.2.1", "grpc 3 by 2"},
		{"behind nomad, which comes last", "nomad\nforward . 192.0.2.1", "nomad 2 by 3"},
		{"nomad alone", "nomad", ""},
		{"tsig", "tsig {\nrequire all\n}\nforward . 192.0.2.1", ""},
		{"who knows", "forward . {$UPSTREAM}\nforward . 192.0.2.1", ""},
		{"one address only", "template IN A {\nanswer \"{{ .Name }} 60 IN A 192.0.2.1\"\n}", "no AAAA"},
		{"nothing answers", "errors\nrewrite name www.a.org a.org", "no A, no AAAA"},
		{"nothing answers what is rewritten to many names", "rewrite name regex (.*)a.org.$ {1}b.net", "no A, no AAAA"},
		{"a rewrite that makes answers of failures", "rewrite rcode suffix a.org SERVFAIL NOERROR", ""},
		{"acl", "acl {\nblock\n}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, "1.15.0", "a.org c.org {\n"+test.block+"\n}\n")
			survey := s.Survey(&s.Blocks[0])
			var got []string
			for _, u := range survey.Unmet {
				var by []string
				for _, other := range u.By {
					by = append(by, fmt.Sprint(other.Line()))
				}
				text := fmt.Sprintf("%s %d by %s", u.Use.Text, u.Use.Line(), strings.Join(by, ","))
				got = append(got, strings.TrimSuffix(text, " by "))
			}
			for _, typ := range []uint16{dns.TypeA, dns.TypeAAAA} {
				if !survey.Answered(typ) {
					got = append(got, "no "+dns.TypeToString[typ])
				}
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("survey says %q, want %q", text, test.want)
			}
		})
	}
}

// TestSurveysMissNothing holds surveys against the ways of questions: what one comes to is met,
// and of what is answered none is said to have no answer.
func TestSurveysMissNothing(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"cache\n", "dns64 {\nallow_ipv4\n}\n", "rewrite name www.a.org b.c.org\n", "rewrite name suffix .a.org .b.net\n", "rewrite type AAAA A\n",
		"template IN A a.org {\nmatch ^x\nrcode NXDOMAIN\n}\n", "template ANY ANY b.net {\nrcode NXDOMAIN\nfallthrough\n}\n", "template IN AAAA {\nrcode NOERROR\n}\n",
		"hosts {\n192.0.2.1 www.a.org\n}\n", "hosts /none b.net {\n192.0.2.1 x.b.net\nfallthrough\n}\n", "kubernetes c.org {\nfallthrough\n}\n",
		"file db b.a.org\n", "auto {\ndirectory /zones\n}\n", "forward b.net 192.0.2.1\n", "forward . 192.0.2.2 {\nexcept www.a.org\n}\n", "forward . 192.0.2.3\n", "whoami\n",
	}
	names := []string{"a.org.", "www.a.org.", "x.www.a.org.", "b.a.org.", "c.org.", "x.svc.c.org.", "xx.a.org."}
	for i := range 1 << len(pieces) {
		if i%409 != 0 { // enough of them
			continue
		}
		text := "a.org c.org {\n"
		for j, piece := range pieces {
			if i>>j&1 == 1 && (!strings.HasPrefix(piece, "hosts") || !strings.Contains(text, "hosts")) {
				text += piece
			}
		}
		text += "}\n"
		s := server(t, "1.15.0", text)
		survey := s.Survey(&s.Blocks[0])
		for _, name := range names {
			for _, typ := range []uint16{dns.TypeA, dns.TypeAAAA, dns.TypePTR} {
				r := query.System{s}.Ask(s, query.Question{Name: name, Type: typ})
				for _, step := range r.Steps {
					outside := strings.HasPrefix(step.Does, "has no such zone")
					if slices.ContainsFunc(survey.Unmet, func(u query.Unmet) bool { return !outside && u.Use.Text == step.Plugin && u.Use.Line() == step.Line }) {
						t.Fatalf("%s comes to %s on line %d of\n%s", r.Question.Name, step.Plugin, step.Line, text)
					}
				}
				failed := slices.Contains([]query.Outcome{query.ServFail, query.Refused, query.Loop, query.Discarded}, r.Outcome)
				if !failed && typ != dns.TypePTR && !survey.Answered(typ) {
					t.Fatalf("%s %s is %s in\n%s", dns.TypeToString[typ], r.Question.Name, r.Outcome, text)
				}
			}
		}
	}
}
