package query

import (
	"math"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
)

// A Survey is what becomes of every question in the zones of a server block, one for each
// class of them. What the text does not decide, such as what a regular expression matches, it
// takes to happen in every way.
type Survey struct {
	// Decided tells that these are all classes; if not, Unmet is empty.
	Decided bool
	// MayAnswer tells that a plugin of the block may answer some question. Where none even meets
	// them, the server refuses them.
	MayAnswer, Refuses bool
	// Unmet are the uses of plugins that no question comes to.
	Unmet []Unmet

	answered []uint16  // the types of questions that some plugin may answer
	passages []passage // of the block
}

// An Unmet is a use of a plugin that no question comes to.
type Unmet struct {
	Use corefile.Token
	// By are the uses of other plugins that keep the questions it is meant for. Without one,
	// no question in the zones of the block is meant for it.
	By []corefile.Token
}

// Answered reports whether a plugin of the block may answer some question of type A or AAAA.
func (s Survey) Answered(t uint16) bool {
	return slices.Contains(s.answered, t) || !s.Decided && s.MayAnswer
}

// maxSurvey is how many words of a server block are looked at for all of its questions together.
const maxSurvey = 200_000

// Survey asks a server block of the server a question of each class, until there is nothing
// left to learn.
func (s *Server) Survey(b *dnsserver.Block) Survey {
	chain := links(s, b) // which is not kept: most blocks are asked nothing else
	passages := passages(b, chain)
	survey := Survey{
		MayAnswer: slices.ContainsFunc(passages, func(p passage) bool { return p.mayAnswer }),
		Refuses:   len(chain) == 0,
		passages:  passages,
	}
	words := len(b.Keys) + len(b.Zones)
	for _, d := range b.Directives {
		words += len(d.Tokens)
	}
	if survey.Decided = len(b.Zones) > 0 && words*words <= maxSurvey && finite(b) && !slices.ContainsFunc(b.Keys, corefile.Token.DependsOnEnvironment); !survey.Decided {
		return survey
	}
	if !survey.MayAnswer { // and so none of the plugins waits for a question
		return survey
	}
	below := Fresh + "." + strings.TrimPrefix(strings.ToLower(b.Zones[0].Name), ".")
	if survey.ask(passages, []string{below}, []uint16{dns.TypeA, dns.TypeAAAA}) { // most are decided by that
		return survey
	}
	if names, types := s.questions(b); survey.ask(passages, names, types) {
		return survey
	}
	for _, p := range passages {
		if p.wanted && !p.met {
			survey.Unmet = append(survey.Unmet, Unmet{*p.use, p.by})
		}
	}
	return survey
}

// questions returns the names and types that a block tells apart in its zones.
func (s *Server) questions(b *dnsserver.Block) (names []string, types []uint16) {
	c := newClasses(math.MaxInt)
	c.block(s, b)
	c.rewritten(s, b)
	if len(b.Templates) > 0 { // which answer questions for any type, too
		c.typed(dns.TypeANY)
	}
	names, types = c.sorted()
	return slices.DeleteFunc(names, func(name string) bool {
		return !slices.ContainsFunc(b.Zones, func(z dnsserver.Zone) bool { return domain.IsSubDomain(z.Name, name) })
	}), types
}

// ask lets questions pass through the plugins of a block. It reports whether a question has
// come to every one of them, and there may be answers of both kinds of addresses.
func (s *Survey) ask(passages []passage, names []string, types []uint16) (all bool) {
	for _, name := range names {
		for _, t := range types {
			if pass(passages, question{name: name, typ: t, class: dns.ClassINET}) && !slices.Contains(s.answered, t) {
				s.answered = append(s.answered, t)
			}
		}
	}
	missed := func(p passage) bool { return p.wanted && !p.met }
	return slices.Contains(s.answered, dns.TypeA) && slices.Contains(s.answered, dns.TypeAAAA) && !slices.ContainsFunc(passages, missed)
}

// pass lets a question pass through the plugins of a block, and reports whether one may
// answer it. Those behind one that keeps it learn which that is.
func pass(passages []passage, q question) (answered bool) {
	var keeper *passage
	for i := range passages {
		p := &passages[i]
		next, may := p.asked(q)
		q = next
		switch {
		case keeper != nil && may.meet && !slices.Contains(p.by, *keeper.use):
			p.by = append(p.by, *keeper.use)
		case keeper == nil:
			p.met, answered = p.met || may.meet, answered || may.answer
			if may.keep {
				keeper = p
			}
		}
	}
	return answered
}

// KeptFrom returns the use of a plugin that keeps a question from another one behind it in the
// block, if one always does.
func (s Survey) KeptFrom(use corefile.Token, q Question) (by corefile.Token, kept bool) {
	asked := question{name: q.Name, typ: q.Type, class: dns.ClassINET}
	for i := range s.passages {
		p := &s.passages[i]
		if *p.use == use {
			break
		}
		next, may := p.asked(asked)
		if asked = next; may.keep {
			return *p.use, true
		}
	}
	return corefile.Token{}, false
}

// finite reports whether the names that the rewrites of a block make fall into finitely many
// classes.
func finite(b *dnsserver.Block) bool {
	if slices.ContainsFunc(use(b, "rewrite"), corefile.Token.DependsOnEnvironment) {
		return false
	}
	names, mayEnd := 0, false
	for i := range b.Rewrites {
		r := &b.Rewrites[i]
		if mayEnd = mayEnd || uncertain(r) && !r.Continue; mayEnd && asks(r) {
			return false
		}
		if r.Kind != "name" {
			continue
		}
		if names++; r.Metadata || r.Match != "exact" && (r.Match != "suffix" || names > 1) {
			return false
		}
	}
	return true
}
