package query

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	gotemplate "text/template"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// template follows template.go of the plugin: the first template that fits decides.
func template(c *call) *reply { return c.templates(c.block.Templates) }

func (c *call) templates(all []plugin.Template) *reply {
	for i := range all {
		t := &all[i]
		zone := covering(t.Zones, c.lower())
		typed := t.Type == dns.TypeANY || c.typ == dns.TypeANY || c.typ == t.Type
		classed := t.Class == dns.ClassANY || c.class == dns.ClassANY || c.class == t.Class
		if zone == "" || !typed || !classed {
			continue
		}
		expression, found := matching(t, c.lower())
		through := covering(t.Fallthrough, c.lower()) != ""
		if found {
			data := c.templateData(t, zone, expression)
			switch c.judge(t, &data) {
			case met:
				return c.fromTemplate(t, data)
			case failed:
				return c.failure(dns.RcodeServerFailure).after(c.stepAt(t.Token, "cannot compute an expression: SERVFAIL"))
			case unsure:
				const on = "the conditions of a template"
				otherwise := c.failure(dns.RcodeServerFailure)
				if through {
					otherwise = c.templates(all[i+1:])
				}
				return either(variant{on, "they are met", c.fromTemplate(t, data)}, variant{on, "they are not met", otherwise})
			}
		}
		if !through {
			return c.failure(dns.RcodeServerFailure).after(c.stepAt(t.Token, "no match of the template fits, and there is no fallthrough: SERVFAIL"))
		}
	}
	return c.next()
}

// matching returns the expression of a template that matches a name.
func matching(t *plugin.Template, name string) (*regexp.Regexp, bool) {
	texts := []string{".*"}
	if len(t.Matches) > 0 {
		texts = texts[:0]
		for _, m := range t.Matches {
			texts = append(texts, m.Text)
		}
	}
	for _, text := range texts {
		if expression, err := regexp.Compile(text); err == nil && expression.MatchString(name) {
			return expression, true
		}
	}
	return nil, false
}

// fromTemplate returns the reply that a template makes.
func (c *call) fromTemplate(t *plugin.Template, data templateData) *reply {
	if t.Rcode == dns.RcodeServerFailure {
		return c.failure(t.Rcode).after(c.stepAt(t.Token, "answers with SERVFAIL"))
	}
	all := slices.Concat(t.Answers, t.Additional, t.Authority)
	if slices.ContainsFunc(all, data.lacks) {
		const on = "what the template takes from the query and its client"
		return (&reply{end: Depends, on: on}).after(c.stepAt(t.Token, "depends on "+on))
	}
	r := c.message(t.Rcode)
	r.records = len(t.Additional)+len(t.Authority) > 0
	var lookups []question
	for i, text := range all {
		rr, err := record(text.Text, data)
		switch {
		case err != nil:
			return c.failed(dns.RcodeServerFailure).after(c.stepAt(text, "yields no record: SERVFAIL"))
		case i >= len(t.Answers):
			r.soa = r.soa || rr.Header().Rrtype == dns.TypeSOA && i >= len(t.Answers)+len(t.Additional)
			continue
		}
		r.answers = append(r.answers, rr)
		if cname, ok := rr.(*dns.CNAME); ok && (c.typ == dns.TypeA || c.typ == dns.TypeAAAA) {
			lookups = append(lookups, question{name: cname.Target, typ: c.typ, class: c.class})
		}
	}
	does := "answers from a template"
	if len(r.answers) == 0 {
		does += " without records: " + dns.RcodeToString[t.Rcode]
	}
	for _, q := range lookups {
		r = c.followed(r, q)
	}
	return r.after(c.stepAt(t.Token, does))
}

// followed adds to an answer what the server itself answers to another question.
func (c *call) followed(r *reply, q question) *reply { return c.lookup(q).each(r.joined) }

// joined returns a reply with the answers of another one behind its own.
func (r *reply) joined(leaf *reply) *reply {
	if leaf.end == Depends || leaf.end == Loop {
		return leaf
	}
	joined := *r
	joined.steps = nil
	joined.answers = append(slices.Clone(r.answers), leaf.answers...)
	joined.upstreams = union(slices.Clone(r.upstreams), leaf.upstreams)
	joined.partial = r.partial || leaf.partial || leaf.end == Forward
	return &joined
}

// lacks reports whether a template takes something that is not known.
func (d templateData) lacks(t corefile.Token) bool {
	for _, word := range []string{".Remote", ".Message", ".Meta"} {
		if strings.Contains(t.Text, word) {
			return true
		}
	}
	return d.Var == nil && strings.Contains(t.Text, ".Var")
}

// templateData is what templates may use.
type templateData struct {
	Zone, Name, Regex, Class, Type string
	Match                          []string
	Group                          map[string]string
	Question                       *dns.Question
	// Var are the variables, or nil where they are not known.
	Var map[string]any
}

func (c *call) templateData(t *plugin.Template, zone string, expression *regexp.Regexp) templateData {
	d := templateData{
		Zone: zone, Name: c.lower(), Regex: expression.String(),
		Class: dns.ClassToString[c.class], Type: dns.TypeToString[c.typ],
		Match: expression.FindStringSubmatch(c.lower()), Group: map[string]string{},
		Question: &dns.Question{Name: c.name, Qtype: c.typ, Qclass: c.class},
	}
	if c.typ == dns.TypeANY {
		d.Type = dns.TypeToString[t.Type]
	}
	for i, text := range d.Match {
		d.Group[strconv.Itoa(i)] = text
	}
	for i, name := range expression.SubexpNames() {
		if name != "" {
			d.Group[name] = d.Match[i]
		}
	}
	return d
}

// maxRecord is how long the text of a record may be here.
const maxRecord = 64 << 10

// record returns the record that a template makes.
func record(text string, data templateData) (dns.RR, error) {
	t, err := gotemplate.New("").Funcs(gotemplate.FuncMap{"parseInt": strconv.ParseUint}).Parse(text)
	if err != nil {
		return nil, err
	}
	var out limitedText
	if err := t.Execute(&out, data); err != nil {
		return nil, err
	}
	rr, err := dns.NewRR(out.String())
	if err == nil && rr == nil {
		err = errors.New("there is no record")
	}
	return rr, err
}

// A limitedText takes no more than maxRecord bytes.
type limitedText struct{ strings.Builder }

func (l *limitedText) Write(text []byte) (int, error) {
	if l.Len()+len(text) > maxRecord {
		return 0, errors.New("the record is too long")
	}
	return l.Builder.Write(text)
}
