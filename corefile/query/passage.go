package query

import (
	"slices"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// A passage is what one use of a plugin may do with questions. It is its model without the
// details, in which everything that the text does not decide may happen.
type passage struct {
	use *corefile.Token
	// wanted tells that it is there to answer, so that some question should come to it.
	wanted    bool
	mayAnswer bool
	// may returns what it may do with a question; nil where that is nothing.
	may func(question) doing
	// rewrites are what it does to the question that it hands on.
	rewrites []plugin.Rewrite

	met bool             // by a question
	by  []corefile.Token // those who keep questions that are meant for it
}

// asked returns what it may do with a question, and the question that it hands on.
func (p *passage) asked(q question) (next question, may doing) {
	if p.may != nil {
		may = p.may(q)
	}
	return afterRewrites(p.rewrites, q), may
}

// A doing is what a plugin may do with a question.
type doing struct {
	meet   bool // it looks at it
	answer bool
	keep   bool // it never hands it on
}

// passages returns those of the chain of a server block.
func passages(b *dnsserver.Block, chain []link) []passage {
	all := make([]passage, 0, 2) // most blocks need no more
	answering := func(use *corefile.Token, may func(question) doing) {
		all = append(all, passage{use: use, wanted: true, mayAnswer: true, may: may})
	}
	for _, l := range chain {
		switch {
		case l.unsure:
			all = append(all, perhaps(l.token))
		case l.forward != nil:
			answering(l.token, func(q question) doing { return mayForward(l.forward, q) })
		case l.store != nil:
			answering(l.token, func(q question) doing { return mayStore(l.store.Zones, l.store.Fallthrough, q) })
		case l.plugin == "grpc":
			answering(l.token, func(q question) doing { return mayGRPC(b.GRPC, q) })
		case l.plugin == "nomad":
			answering(l.token, func(q question) doing { serves := b.Nomad.Serves(q.name); return doing{serves, serves, serves} })
		case l.plugin == "template":
			for i := range b.Templates {
				answering(&b.Templates[i].Token, func(q question) doing { return mayTemplate(&b.Templates[i], q) })
			}
		case l.plugin == "hosts":
			answering(l.token, func(q question) doing { return mayHosts(b.Hosts, q) })
		case l.plugin == "kubernetes":
			answering(l.token, func(q question) doing { return mayStore(b.Kubernetes.Zones, b.Kubernetes.Fallthrough, q) })
		case l.plugin == "whoami" || l.plugin == "erratic":
			answering(l.token, func(question) doing { return doing{true, true, true} })
		case l.plugin == "rewrite":
			all = append(all, passage{use: l.token, rewrites: b.Rewrites})
			if slices.ContainsFunc(b.Rewrites, func(r plugin.Rewrite) bool { return r.Kind == "rcode" }) { // which may make an answer of a failure
				all = append(all, perhaps(l.token))
			}
		case slices.Contains(stores, l.plugin):
			for i := range slices.Backward(b.Stores) { // of the same zone the last one counts
				if b.Stores[i].Token.Text == l.plugin {
					answering(&b.Stores[i].Token, func(q question) doing { return mayStores(b.Stores, i, q) })
				}
			}
		case l.plugin == "acl":
			all = append(all, passage{use: l.token, mayAnswer: true, may: func(q question) doing { return mayACL(b.ACLs, q) }})
		case l.unknown || slices.Contains([]string{"any", "autopath", "local", "tsig"}, l.plugin):
			p := perhaps(l.token)
			about, _ := plugin.About(l.plugin)
			p.wanted = l.unknown && about.Role == plugin.Answers
			all = append(all, p)
		}
	}
	return all
}

// perhaps returns a passage of which everything may come.
func perhaps(use *corefile.Token) passage {
	return passage{use: use, mayAnswer: true, may: func(question) doing { return doing{meet: true, answer: true} }}
}

func mayForward(f *plugin.Forward, q question) doing {
	meant := f.From != "" && domain.IsSubDomain(f.From, q.name) && !excepted(f.From, f.Except, q.name)
	return doing{meet: meant, answer: meant, keep: meant && !f.Alternatives && !f.Unsure}
}

func mayGRPC(g *plugin.GRPC, q question) doing {
	meant := g.From != "" && dns.IsSubDomain(g.From, q.name) && !excepted(g.From, g.Except, q.name)
	return doing{meet: meant, answer: meant, keep: meant && covering(g.Fallthrough, q.name) == ""}
}

func mayTemplate(t *plugin.Template, q question) doing {
	typed := t.Type == dns.TypeANY || q.typ == dns.TypeANY || q.typ == t.Type
	classed := t.Class == dns.ClassANY || q.class == dns.ClassANY || q.class == t.Class
	if !typed || !classed || covering(t.Zones, q.name) == "" {
		return doing{}
	}
	always := len(t.Matches) == 0 && len(t.Conditions) == 0
	return doing{meet: true, answer: true, keep: always || covering(t.Fallthrough, q.name) == ""}
}

func mayHosts(h *plugin.Hosts, q question) doing {
	reverse, covered := q.typ == dns.TypePTR, covering(h.Zones, q.name) != ""
	if !covered && !reverse {
		return doing{}
	}
	return doing{meet: covered, answer: true, keep: !reverse && covering(h.Fallthrough, q.name) == ""}
}

func mayStore(zones, through []string, q question) doing {
	meant := covering(zones, q.name) != ""
	return doing{meet: meant, answer: meant, keep: meant && covering(through, q.name) == ""}
}

// mayStores is what one of several uses of a plugin may do: the one with the longest zone
// answers. auto hands on names of zones of which it has no file.
func mayStores(all []reader.Store, i int, q question) doing {
	d := mayStore(all[i].Zones, all[i].Fallthrough, q)
	d.keep = d.keep && all[i].Token.Text != "auto" && !slices.ContainsFunc(all, func(other reader.Store) bool {
		return other.Token.Text == all[i].Token.Text && len(covering(other.Zones, q.name)) > len(covering(all[i].Zones, q.name))
	})
	return d
}

// afterRewrites returns a question as rewrite leaves it. A rule that changes only the answer ends
// that as well. Those of which that is not certain are passed over: see finite.
func afterRewrites(rules []plugin.Rewrite, q question) question {
	for i := range rules {
		if uncertain(&rules[i]) {
			continue
		}
		if changed, done := rewritten(&rules[i], q); done {
			if q = changed; !rules[i].Continue {
				break
			}
		}
	}
	return q
}

// uncertain reports whether the text does not tell, or not at once, for which questions a rule is that
// leaves them as they are.
func uncertain(r *plugin.Rewrite) bool {
	return !asks(r) && (r.Match == "regex" || r.Metadata)
}

// asks reports whether a rule changes what is asked for.
func asks(r *plugin.Rewrite) bool { return r.Kind == "name" || r.Kind == "type" || r.Kind == "class" }
