package danger

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// templates warns of answers that clients do not understand as they are meant. It asks for one
// name that each template is for.
func (c *checker) templates(b *block) {
	for i := range b.Templates {
		t := &b.Templates[i]
		if t.Token.Foreign() || c.report.FullOfWarnings() {
			continue
		}
		switch {
		case t.Type == dns.TypeAAAA && t.Rcode == dns.RcodeNameError:
			c.denied(b, t, c.templated(b, t))
		case len(t.Answers) == 0 || b.Uses("rewrite"):
		case t.Type == dns.TypeCNAME:
			c.aliases(b, t, c.templated(b, t))
		case t.Type == dns.TypeANY && c.otherTypes(b, t, c.templated(b, t)):
		case slices.ContainsFunc(t.Answers, mayBeOfOthers):
			c.owners(b, t, c.templated(b, t))
		}
	}
}

// maxTried is how many zones of a block and of a template are looked at for a name in both.
const maxTried = 8

// templated returns a name in a block that a template is for, or "".
func (c *checker) templated(b *block, t *plugin.Template) string {
	var names []string
	var expression *regexp.Regexp
	if len(t.Matches) > 0 {
		var err error
		if expression, err = regexp.Compile(t.Matches[0].Text); err != nil {
			return ""
		}
		example := query.Example(t.Matches[0].Text, c.Server.Parsed)
		names = append(names, example)
		for _, z := range b.zones[:min(len(b.zones), maxTried)] { // it may be the start of names
			names = append(names, strings.TrimSuffix(example, ".")+"."+strings.TrimPrefix(z.Name, "."))
		}
	}
	for _, zone := range t.Zones[:min(len(t.Zones), maxTried)] {
		for _, z := range b.zones[:min(len(b.zones), maxTried)] {
			if domain.IsSubDomain(zone, z.Name) {
				names = append(names, below(z.Name))
			} else if domain.IsSubDomain(z.Name, zone) {
				names = append(names, below(zone))
			}
		}
	}
	for _, name := range names {
		if name != "" && b.zoneOf(name) >= 0 && (expression == nil || expression.MatchString(name)) {
			return name
		}
	}
	return ""
}

// denied warns of a template that denies whole names where only their AAAA records are meant.
func (c *checker) denied(b *block, t *plugin.Template, name string) {
	aaaa, found := c.askBlock(b, name, dns.TypeAAAA, t.Token)
	if !found || aaaa.Outcome != query.NXDomain {
		return
	}
	a, _ := c.askBlock(b, name, dns.TypeA, t.Token)
	if slices.Contains([]query.Outcome{query.Answer, query.Forward, query.Depends}, a.Outcome) {
		c.report.Warn(t.Token, RuleWrongAnswer,
			"template: NXDOMAIN for AAAA says that the name does not exist at all, so some clients ignore its A records. Write rcode NOERROR")
	}
}

// aliases warns of a template for CNAME alone, which addresses are not asked by.
func (c *checker) aliases(b *block, t *plugin.Template, name string) {
	if _, found := c.askBlock(b, name, dns.TypeCNAME, t.Token); !found {
		return
	}
	a, _ := c.askBlock(b, name, dns.TypeA, t.Token)
	aaaa, _ := c.askBlock(b, name, dns.TypeAAAA, t.Token)
	known := func(r query.Result) bool {
		return r.Outcome == query.Answer || r.Outcome == query.Depends || r.Outcome == query.Loop || r.Partial
	}
	if !known(a) && !known(aaaa) {
		c.report.Warn(t.Token, RuleWrongAnswer,
			`template: only queries for CNAME get this record, and clients send those for A and AAAA. Write the template for A and AAAA as well`)
	}
}

// otherTypes warns of a template that answers every type with addresses of one, and reports whether it
// does.
func (c *checker) otherTypes(b *block, t *plugin.Template, name string) bool {
	types := []uint16{dns.TypeA, dns.TypeAAAA}
	for i, typ := range types {
		other := types[1-i]
		asked, found := c.askBlock(b, name, other, t.Token)
		if !found || asked.Partial || len(asked.Answers) == 0 || slices.ContainsFunc(asked.Answers, func(rr dns.RR) bool { return rr.Header().Rrtype != typ }) {
			continue
		}
		c.report.Warn(t.Token, RuleWrongAnswer, fmt.Sprintf(
			`template: queries for %s and all other types get %s records, which do not answer them. Write "template IN %[2]s", and one for %[1]s with "rcode NOERROR"`, dns.Type(other), dns.Type(typ)))
		return true
	}
	return false
}

// mayBeOfOthers reports whether a record may be one of another name than the query's. Most start
// with that, and need not be asked for.
func mayBeOfOthers(answer corefile.Token) bool {
	return !strings.HasPrefix(answer.Text, "{{ .Name }} ") && !strings.HasPrefix(answer.Text, "{{.Name}} ")
}

// owners warns of records that are not of the name that is asked for.
func (c *checker) owners(b *block, t *plugin.Template, name string) {
	typ := t.Type
	if typ == dns.TypeANY {
		typ = dns.TypeA
	}
	asked, found := c.askBlock(b, name, typ, t.Answers[0])
	if !found {
		asked, found = c.askBlock(b, name, typ, t.Token)
	}
	if !found || len(asked.Answers) == 0 || asked.Partial {
		return
	}
	owners := func(wanted string) bool {
		return slices.ContainsFunc(asked.Answers, func(rr dns.RR) bool { return strings.EqualFold(rr.Header().Name, wanted) })
	}
	switch {
	case owners(""):
		c.report.Warn(t.Answers[0], RuleWrongAnswer,
			`template: the record has no name, so clients cannot read the reply. Start it with "{{ .Name }}"`)
	case !owners(name):
		c.report.Warn(t.Answers[0], RuleWrongAnswer, fmt.Sprintf(
			`template: a query for %s gets a record of %s, which clients ignore. Start the record with "{{ .Name }}"`,
			corefile.Quote(shown(name)), corefile.Quote(shown(asked.Answers[0].Header().Name))))
	}
}

// idleAutopaths warns of an autopath that finds no search path.
func (c *checker) idleAutopaths(b *block) {
	if a := b.Autopath; a != nil && a.Source == "@kubernetes" && b.Kubernetes != nil && !b.Kubernetes.PodsVerified {
		c.report.Warn(a.Token, reader.RuleIgnored,
			`autopath does nothing: it needs to know the pods. Write "pods verified" in kubernetes, or remove it`)
	}
}

// unencrypted warns of zones for DNS over TLS on a port where no block has a certificate.
func (c *checker) unencrypted(b *block) {
	if b.Uses("tls") || !b.judged() {
		return
	}
	for _, z := range b.Zones {
		if z.Transport == "tls" && !c.certified[z.Port] {
			c.report.Warn(*z.Key, RuleUnencrypted, fmt.Sprintf(
				`%s has no certificate, so port %s is served without TLS, and clients of DNS over TLS get no answer. Add "tls CERT KEY" to the block`, corefile.Quote(z.Key.Text), z.Port))
		}
	}
}
